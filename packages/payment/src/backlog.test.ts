// What a process takes for a backlog, and for how long.
import { expect, test } from "vitest";
import { createBacklog } from "./backlog.ts";

const DECIDE_BY = 1_800_000_000_123;
const decideBy = new Date(DECIDE_BY).toISOString();

test.each([
  ["before its deadline", -1, false],
  ["at its deadline", 0, true],
  ["after its deadline", 1, true],
])("an order that is heard %s: behind is %s", (_, after, isBehind) => {
  const backlog = createBacklog();
  const now = DECIDE_BY + after;
  backlog.heard(decideBy, now);
  expect(backlog.isBehind(now)).toBe(isBehind);
});

test("a backlog is forgotten after ten seconds, and one by a clock that went back at once", () => {
  const backlog = createBacklog();
  expect(backlog.isBehind(DECIDE_BY)).toBe(false);
  backlog.heard(decideBy, DECIDE_BY);
  expect([-1, 0, 9999, 10_000].map((later) => backlog.isBehind(DECIDE_BY + later))).toEqual([
    false,
    true,
    true,
    false,
  ]);
});
