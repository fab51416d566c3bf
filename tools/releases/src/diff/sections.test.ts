// Five made changes, and nothing at all: what the comment on a pull request says of each.
import { expect, test } from "vitest";
import { type Documents, ofEvents } from "../../test/made-changes.ts";
import { contractsOfTree } from "../released.ts";
import { type Description, dollarsIn } from "./describe.ts";
import { asMarkdown, asText } from "./section.ts";
import { sectionsOf } from "./sections.ts";

const nothing = {
  asyncapi: { operations: {}, components: { schemas: {}, messages: {} } },
  openapi: { paths: {} },
};
const passed = { run: 100, violated: [] };

const alarm = (name: string, threshold: number): Description["graph"]["resources"][number] => ({
  type: "aws:cloudwatch/metricAlarm:MetricAlarm",
  name,
  inputs: { alarmDescription: "Something waits.", threshold },
  id: name,
  arn: name,
  options: {},
});

const role = (...actions: string[]): Description["graph"]["resources"][number] => ({
  type: "aws:iam/role:Role",
  name: "OrdersGetOrderRole",
  inputs: {
    assumeRolePolicy: JSON.stringify({ Statement: [] }),
    inlinePolicies: [
      {
        policy: JSON.stringify({
          Statement: [
            { Effect: "Allow", Action: actions, Resource: "arn:aws:dynamodb:eu-west-1:1:table/orders" },
          ],
        }),
      },
    ],
  },
  id: "role",
  arn: "role",
  options: {},
});

const bundle = (name: string, gzipBytes: number): Description["graph"]["bundles"][number] => ({
  functionID: name,
  handler: `packages/orders/src/functions/${name}.handler`,
  bytes: 3 * gzipBytes,
  gzipBytes,
  sourceMapBytes: 1,
  inputs: {},
});

const events = (count: number) => ({ confirmed: { events: count }, expired: { events: 5 } });

const before: Description = {
  contracts: nothing,
  counts: events(6),
  dollars: { "confirmed, one line": 52.4, expired: 97.24 },
  graph: {
    app: "order-saga",
    stage: "production",
    resources: [alarm("OldAlarm", 1), role("dynamodb:GetItem")],
    bundles: [bundle("get-order", 80_000), bundle("health", 1000)],
  },
};

const after = (change: Partial<Description>): Description => ({ ...structuredClone(before), ...change });
const withGraph = (change: Partial<Description["graph"]>) => after({ graph: { ...before.graph, ...change } });

/** The parts that have a table, as a comment has them. */
function changedBy(now: Description): string {
  return asMarkdown(sectionsOf(before, now, passed).filter(({ rows }) => rows));
}

test("a change of nothing is one line for each part, and the same bytes each time", () => {
  const text = asText(sectionsOf(before, after({}), passed));
  expect(text).toBe(
    [
      "Contracts: unchanged",
      "Events per order: unchanged",
      "Cost per million orders, in USD: unchanged",
      "Bundles, gzipped: unchanged",
      "IAM: unchanged",
      "Resources in production: unchanged",
      "Alarms in production: unchanged",
      "Seeds of the simulator: 100 of 100 passed",
    ].join("\n"),
  );
  expect(asText(sectionsOf(before, after({}), passed))).toBe(text);
});

test("a renamed field is a breaking change of a contract, with who is hurt", () => {
  const [, , edit] = ofEvents.find(([name]) => name === "a required field is renamed") ?? [];
  const tree = { ...contractsOfTree(), openapi: nothing.openapi };
  const contracts = structuredClone(tree);
  edit?.(contracts as Documents);
  const sections = sectionsOf({ ...before, contracts: tree }, after({ contracts }), passed);
  expect(asMarkdown(sections.filter(({ rows }) => rows))).toMatchInlineSnapshot(`
    "**Contracts**: 2 breaking

    |  | contract | at | what | hurt |
    | --- | --- | --- | --- | --- |
    | breaking | OrderConfirmed | /data/amount | is gone, which readers need, and \\\`total\\\` is new: a field renamed is a field gone | reaction collect-bulk of orders; reaction notify-customer of notification; track-order of orders, which says it |
    | breaking | OrderConfirmed | /data/total | is new and required | reaction collect-bulk of orders; reaction notify-customer of notification; track-order of orders, which says it |"
  `);
});

test("one more event of an order is said with what it costs", () => {
  const dollars = { ...before.dollars, "confirmed, one line": 55.005 };
  expect(changedBy(after({ counts: events(7), dollars }))).toMatchInlineSnapshot(`
    "**Events per order**: 1 of 2 changed

    | ending | before | after | by |
    | --- | --- | --- | --- |
    | confirmed | 6 | 7 | +1 |

    **Cost per million orders, in USD**: 1 of 2 changed

    | ending | before | after | by |
    | --- | --- | --- | --- |
    | confirmed, one line | 52.4 | 55.01 | +2.61 |"
  `);
});

test("a function that grew and a new one are said, one that changed by a few bytes is counted", () => {
  const bundles = [bundle("get-order", 81_500), bundle("health", 1003), bundle("new-one", 70_000)];
  expect(changedBy(withGraph({ bundles }))).toMatchInlineSnapshot(`
    "**Bundles, gzipped**: 3 of 3 changed, all together 81.0 kB before, 152.5 kB after

    | function | kB before | kB after | by |
    | --- | --- | --- | --- |
    | orders-new-one | none | 70.0 | +70 |
    | orders-get-order | 80.0 | 81.5 | +1.5 |"
  `);
});

test("a grant that became wider is one statement gone and one added, and no changed resource", () => {
  const resources = [alarm("OldAlarm", 1), role("dynamodb:GetItem", "dynamodb:PutItem")];
  expect(changedBy(withGraph({ resources }))).toMatchInlineSnapshot(`
    "**IAM**: statements: 1 added, 1 removed

    |  | policy | actions | on | if |
    | --- | --- | --- | --- | --- |
    | added | OrdersGetOrderRole | dynamodb:GetItem, dynamodb:PutItem | table/orders |  |
    | removed | OrdersGetOrderRole | dynamodb:GetItem | table/orders |  |"
  `);
});

test("an alarm with another threshold, a new alarm and a new table are said", () => {
  const table = { ...alarm("OrdersTable", 1), type: "aws:dynamodb/table:Table" };
  const resources = [alarm("NewAlarm", 2), alarm("OldAlarm", 3), role("dynamodb:GetItem"), table];
  expect(changedBy(withGraph({ resources }))).toMatchInlineSnapshot(`
    "**Resources in production**: 1 added

    |  | type | how many | names |
    | --- | --- | --- | --- |
    | added | dynamodb/table | 1 | OrdersTable |

    **Alarms in production**: 1 added, 1 changed

    |  | alarm | what |
    | --- | --- | --- |
    | added | NewAlarm | Something waits. |
    | changed | OldAlarm | threshold: 1 → 3 |"
  `);
});

test("a violated seed is said with the command that runs it", () => {
  const seeds = sectionsOf(before, after({}), { run: 100, violated: [7, 31] }).at(-1);
  expect(seeds?.says).toBe("98 of 100 passed, violated 7, 31: npx pnpm@12 simulate --seed 7");
});

test("another hash of a function's code is no changed resource", () => {
  const code = (digit: string) => ({
    ...alarm("GetOrderFunction", 1),
    type: "aws:lambda/function:Function",
    inputs: { s3Key: `assets/GetOrder-code-${digit.repeat(64)}.zip` },
  });
  const [one, other] = ["a", "b"].map((digit) => withGraph({ resources: [code(digit)] }));
  const [, , , , , resources] = sectionsOf(one ?? before, other ?? before, passed);
  expect(resources?.says).toBe("unchanged");
});

test("text of a change is no Markdown, no HTML and no mention", () => {
  const section = { title: "t", says: "s", columns: ["a"], rows: [["`x` | <b> @team\n[l](http://x)"]] };
  expect(asMarkdown([section])).toContain("| \\`x\\` \\| &lt;b> &#64;team \\[l\\](http://x) |");
});

test("a long table ends with how many rows are left out", () => {
  const rows = Array.from({ length: 17 }, (_, row) => [`row ${row}`]);
  expect(
    asText([{ title: "t", says: "s", columns: ["a"], rows }])
      .split("\n")
      .at(-1),
  ).toBe("  and 2 more");
});

test("the dollars are read from the document's table", () => {
  const document =
    "Dollars per million orders, without mail:\n\n| | |\n| --- | ---: |\n| expired | 97.24 |\n| cancelled before, after | 63.23, 88.24 |\n\n| other | 1 |\n";
  expect(dollarsIn(document)).toEqual({
    expired: 97.24,
    "cancelled before, after (1)": 63.23,
    "cancelled before, after (2)": 88.24,
  });
});
