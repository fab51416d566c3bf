// A plan comes down to what its failure needs: bulks and feeds go as orders do, and rows and lines with them.
import { expect, test } from "vitest";
import { flakyBulkOf } from "./flaky-bulk.ts";
import { childNumber, type Fault, type Plan } from "./plan.ts";
import { type Fails, shrink } from "./shrink.ts";
import { withRows } from "./shrink-pieces.ts";

const never = () => false;

function aPlan(): Plan {
  const plan = flakyBulkOf(1, 12);
  const [bulk] = plan.bulks ?? [];
  if (!bulk) throw new TypeError("The plan has no bulk.");
  const lines = ["sku,delta", "TEA-ASSAM,1", "TEA-SENCHA,2", "POT-CAST-IRON,3", "TEA-ASSAM,-1"];
  const feeds = [201, 202].map((number) => ({ number, at: 10, lines, copies: 150 }));
  const crash = (order: number): Fault => ({
    kind: "crash-after",
    at: "orders-place-child",
    call: "write",
    order,
  });
  const faults = [crash(childNumber(101, 7)), crash(childNumber(101, 3)), crash(201), crash(1), crash(101)];
  return { ...plan, bulks: [bulk, { ...bulk, number: 102 }], feeds, faults };
}

test("a failure of one row keeps that row, and the fault that is about it", async () => {
  const plan = aPlan();
  const seventh = plan.bulks?.[0]?.orders[7];
  const fails: Fails = async ({ bulks = [], faults }) => {
    const [bulk] = bulks.filter(({ number }) => number === 101);
    const row = bulk?.orders.findIndex((order) => order.lines[0]?.sku === seventh?.lines[0]?.sku) ?? -1;
    return row >= 0 && faults.some(({ order }) => order === childNumber(101, row));
  };
  const found = (await fails(plan)) ? plan : { ...plan, faults: rowFaults(plan) };
  const small = await shrink(found, fails, never);
  expect(small.bulks?.map(({ number, orders }) => [number, orders.length])).toEqual([[101, 1]]);
  expect(small.orders).toEqual([]);
  expect(small.feeds).toEqual([]);
  expect(small.faults.map(({ order }) => order)).toEqual([childNumber(101, 0)]);
});

/** One for each row, so that whichever row is first has its fault. */
const rowFaults = ({ bulks = [] }: Plan): Fault[] =>
  (bulks[0]?.orders ?? []).map((_, row) => ({ kind: "crash-after", at: "x", order: childNumber(101, row) }));

test("a failure of one line keeps its feed and that line, and the faults of the feed", async () => {
  const fails: Fails = async ({ faults, feeds = [] }) =>
    feeds.some(({ lines, number }) => number === 201 && lines.includes("TEA-SENCHA,2")) &&
    faults.some(({ order }) => order === 201);
  const small = await shrink(aPlan(), fails, never);
  expect(small.feeds).toEqual([{ number: 201, at: 10, lines: ["sku,delta", "TEA-SENCHA,2"] }]);
  expect(small.bulks).toEqual([]);
  expect(small.products.map(({ sku }) => sku)).toEqual(["TEA-SENCHA"]);
  expect(small.faults.map(({ order }) => order)).toEqual([201]);
});

test("faults of rows follow them to their new numbers, and those of rows that are gone go", () => {
  const { bulks = [], faults } = withRows(aPlan(), 101, [3, 5]);
  expect(bulks.map(({ orders }) => orders.length)).toEqual([2, 12]);
  expect(faults.map(({ order }) => order)).toEqual([childNumber(101, 0), 201, 1, 101]);
});
