// Queries of Logs Insights, run over lines: what the pages and the saved queries use of the language.
import { expect, test } from "vitest";
import { parseQuery } from "../src/insights/query.ts";

const now = Date.parse("2026-01-05T12:00:00Z");
const lines = [
  { timestamp: "2026-01-05T11:51:00.000Z", level: "warn", errorName: "A", attempt: 2, message: "said Yes" },
  { timestamp: "2026-01-05T11:54:00.000Z", level: "warn", errorName: "A", attempt: 9, status: 503 },
  {
    timestamp: "2026-01-05T10:00:00.000Z",
    level: "error",
    errorName: "B",
    attempt: 10,
    record: { status: "x" },
  },
];
const run = (query: string) => parseQuery(query, now).over(lines);
const attempts = (query: string) => run(query).map(({ attempt }) => attempt);

test.each([
  ['filter errorName = "A"', [2, 9]],
  ['filter errorName != "A" or attempt < 9', [2, 10]],
  ['filter errorName = "A" and not (attempt >= 9)', [2]],
  ['filter level in ["error", "fatal"]', [10]],
  ['filter message like "said "', [2]],
  ["filter status like /^5/", [9]],
  ['filter record.status = "x"', [10]],
  ["filter ispresent(status)", [9]],
  ["filter toMillis(@timestamp) >= now() * 1000 - 3600000", [2, 9]],
  ["sort attempt desc | limit 1", [10]],
  ["sort @timestamp asc | limit 1", [10]],
])("%s", (query, expected) => expect(attempts(query)).toEqual(expected));

test("lines are grouped by fields and by time, and counted", () => {
  expect(run("stats count() as lines, max(attempt) by errorName")).toEqual([
    { errorName: "A", lines: 2, "max(attempt)": 9 },
    { errorName: "B", lines: 1, "max(attempt)": 10 },
  ]);
  const byTime = "filter errorName = 'A' | stats count() by bin(5m)";
  expect(run(byTime).map((row) => row["count()"])).toEqual([2]);
  expect(parseQuery("stats count() by errorName, bin(5m)", now).reads).toEqual(["errorName"]);
});

test.each([
  "where level = 'warn'",
  "filter level = ",
  "filter level ~ 'warn'",
  "filter now(",
  "stats median(attempt)",
  "filter level = 'warn' fields level",
  "fields a b",
  "",
])("refuses: %s", (query) => expect(() => parseQuery(query, now)).toThrow(SyntaxError));
