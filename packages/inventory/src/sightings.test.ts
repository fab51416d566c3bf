// What a process remembers of contended SKUs, and how its orders choose by it.
import { expect, test } from "vitest";
import type { Stock } from "./buckets.ts";
import { expectTaken, inHand, plan, type Sightings, saw, worthALook } from "./sightings.ts";

const stock = (...available: number[]): Stock => available.map((each) => ({ available: each, given: 0 }));
const orderId = "foobar";

function sightingsOf(stocks: Record<string, Stock>): Sightings {
  const sightings: Sightings = new Map();
  saw(sightings, new Map(Object.entries(stocks)));
  return sightings;
}

const available = (sightings: Sightings, sku: string) => sightings.get(sku)?.available;

test("a SKU that was never looked at, or has one bucket, is taken from its head, be there enough or not", () => {
  const sightings = sightingsOf({ MUG: stock(0) });
  const lines = [
    { sku: "TEA", quantity: 2 },
    { sku: "MUG", quantity: 1 },
  ];
  const heads = new Map([
    ["TEA", 0],
    ["MUG", 0],
  ]);
  expect(plan(lines, orderId, sightings)).toEqual({ buckets: heads, moves: [] });
});

test("a SKU of several buckets is taken from one that seems to have enough, after its moves", () => {
  const sightings = sightingsOf({ TEA: stock(0, 0, 0, 2), JAR: stock(9, 1, 1) });
  const lines = [
    { sku: "TEA", quantity: 2 },
    { sku: "JAR", quantity: 3 },
  ];
  const planned = plan(lines, orderId, sightings);
  expect(planned?.buckets).toEqual(
    new Map([
      ["TEA", 3],
      ["JAR", 1],
    ]),
  );
  expect(planned?.moves).toEqual([{ sku: "JAR", into: 1, from: [{ bucket: 0, quantity: 3 }], below: 3 }]);
});

test("what seems short in all buckets is not tried", () => {
  expect(plan([{ sku: "TEA", quantity: 3 }], orderId, sightingsOf({ TEA: stock(1, 1) }))).toBeUndefined();
});

test("what an order is about to move and to take is left to no other; what came to nothing is there again", () => {
  const sightings = sightingsOf({ TEA: stock(0, 12, 0, 0) });
  const lines = [
    { sku: "TEA", quantity: 2 },
    { sku: "UNSEEN", quantity: 1 },
  ];
  const planned = plan(lines, orderId, sightings) ?? expect.unreachable();
  expectTaken(sightings, lines, planned, 1);
  expect(available(sightings, "TEA")).toEqual([1, 9, 0, 0]);
  expectTaken(sightings, lines, planned, -1);
  expect(available(sightings, "TEA")).toEqual([0, 12, 0, 0]);
  expect(sightings.has("UNSEEN")).toBe(false);
});

test("after a collision a SKU is looked at if it never was, and then after fifty more", () => {
  const sightings = sightingsOf({ TEA: stock(5, 5) });
  expect(worthALook(sightings, ["TEA", "MUG"])).toEqual(["MUG"]);
  expect(worthALook(sightings, ["MUG"])).toEqual([]);
  expect(available(sightings, "MUG")).toEqual([]);
  expect(plan([{ sku: "MUG", quantity: 1 }], orderId, sightings)?.moves).toEqual([]);
  for (let n = 0; n < 48; n++) expect(worthALook(sightings, ["TEA"])).toEqual([]);
  expect(worthALook(sightings, ["TEA"])).toEqual(["TEA"]);
  saw(sightings, new Map([["TEA", stock(4, 5, 0)]]));
  expect(worthALook(sightings, ["TEA"])).toEqual([]);
  expect(available(sightings, "TEA")).toEqual([4, 5, 0]);
});

test("a SKU of which nothing is found is looked at again after fifty collisions", () => {
  const sightings: Sightings = new Map();
  expect(worthALook(sightings, ["TEA"])).toEqual(["TEA"]);
  for (let n = 0; n < 49; n++) expect(worthALook(sightings, ["TEA"])).toEqual([]);
  expect(worthALook(sightings, ["TEA"])).toEqual(["TEA"]);
});

test("what an order is about to take is left to no other in the bucket that it chose", () => {
  const sightings = sightingsOf({ TEA: stock(0, 0, 0, 7) });
  const lines = [{ sku: "TEA", quantity: 3 }];
  expectTaken(sightings, lines, plan(lines, orderId, sightings) ?? expect.unreachable(), 1);
  expect(available(sightings, "TEA")).toEqual([0, 0, 0, 4]);
});

test("a thousand SKUs are remembered, those looked at last", () => {
  const sightings = sightingsOf({ TEA: stock(1), MUG: stock(1) });
  saw(sightings, new Map(Array.from({ length: 998 }, (_, n) => [`SKU-${n}`, stock(1)])));
  expect(sightings.size).toBe(1000);
  saw(sightings, new Map([["TEA", stock(2)]]));
  saw(sightings, new Map([["JAR", stock(3)]]));
  expect(sightings.size).toBe(1000);
  expect([sightings.has("MUG"), sightings.has("TEA"), sightings.has("JAR")]).toEqual([false, true, true]);
});

test("the sixth order in hand for a SKU is told of the crowd, whatever became of those before", async () => {
  const orders = new Map<string, number>();
  const ends: (() => void)[] = [];
  const told: string[][] = [];
  const begin = (...skus: string[]) =>
    inHand(orders, skus, async (crowded) => {
      told.push(crowded);
      await new Promise<void>((resolve) => ends.push(resolve));
    });
  const fails = inHand(orders, ["TEA"], () => Promise.reject(new Error("the store is down")));
  await expect(fails).rejects.toThrow("the store is down");
  expect(orders.size).toBe(0);
  const all = Array.from({ length: 5 }, () => begin("TEA"));
  all.push(begin("TEA", "MUG"));
  expect(told).toEqual([[], [], [], [], [], ["TEA"]]);
  // One has left and another comes: they are six again.
  ends.shift()?.();
  await all[0];
  all.push(begin("TEA"));
  expect(told.at(-1)).toEqual(["TEA"]);
  for (const end of ends) end();
  await Promise.all(all);
  expect(orders.size).toBe(0);
});
