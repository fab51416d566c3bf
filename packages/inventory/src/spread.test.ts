// Orders of a SKU that is spread over buckets: what a process remembers, and when an order is rejected.
import { describe, expect, test } from "vitest";
import type { InventoryStore } from "./ports.ts";
import { reserveStockHandler } from "./reactions.ts";
import { type Sightings, saw } from "./sightings.ts";
import { createMemoryStore } from "./store/memory.ts";
import { anOrder, context, orderIdOf } from "./testing.ts";

/** Tea in these buckets, and a process that saw `seen` of it last; and what the store is asked. */
async function aShop(available: readonly [number, ...number[]], seen: readonly number[] = available) {
  const store = createMemoryStore();
  let deliveries = 0;
  const stock = (sku: string, delta: number, buckets?: number) =>
    store.adjust({
      principal: "ada",
      key: `delivery-${++deliveries}`,
      sku,
      delta,
      ...(buckets !== undefined && { buckets }),
    });
  await stock(
    "TEA",
    available.reduce((sum, each) => sum + each, 0),
    available.length,
  );
  for (const [into, quantity] of available.entries())
    if (into > 0 && quantity > 0)
      await store.move({ sku: "TEA", into, from: [{ bucket: 0, quantity }], below: quantity });
  const sightings: Sightings = new Map();
  saw(sightings, new Map([["TEA", seen.map((each) => ({ available: each, given: 0 }))]]));
  const asked: string[] = [];
  const pauses: number[] = [];
  const noted: InventoryStore = {
    ...store,
    stock: async (skus) => {
      asked.push(`stock of ${skus.join()}`);
      return store.stock(skus);
    },
    move: async (move) => {
      asked.push("move");
      return store.move(move);
    },
    reserve: async (wanted) => {
      asked.push("reserve");
      return store.reserve(wanted);
    },
  };
  const backOff = async (attempt: number) => void pauses.push(attempt);
  const react = reserveStockHandler({ store: noted, backOff }, 900, sightings);
  const order = async (quantities: Record<string, number>, n = 7) =>
    (await react(anOrder(orderIdOf(n), quantities), context)).map(({ type }) => type);
  const remembered = () => sightings.get("TEA")?.available.reduce((sum, each) => sum + each, 0);
  return { store, noted, stock, asked, pauses, order, remembered };
}

describe("a process remembers", () => {
  test("what an order has taken", async () => {
    const { order, remembered } = await aShop([7, 7]);
    expect(await order({ TEA: 3 })).toEqual(["StockReserved"]);
    expect(remembered()).toBe(11);
  });

  test("while an order is being written, that its stock is not another's", async () => {
    const { noted, order, remembered, store } = await aShop([7, 7]);
    const during: unknown[] = [];
    noted.reserve = async (wanted) => {
      during.push(remembered());
      return store.reserve(wanted);
    };
    await order({ TEA: 3 });
    expect(during).toEqual([11]);
  });

  test("that a duplicate has taken nothing", async () => {
    const { order, remembered } = await aShop([7, 7]);
    for (let delivery = 0; delivery < 3; delivery++)
      expect(await order({ TEA: 3 })).toEqual(["StockReserved"]);
    expect(remembered()).toBe(11);
  });

  test("that an order which collided has taken nothing yet", async () => {
    const { noted, order, remembered, store } = await aShop([7, 7]);
    let collisions = 2;
    noted.reserve = async (wanted) => (collisions-- > 0 ? "conflict" : store.reserve(wanted));
    await order({ TEA: 3 });
    expect(remembered()).toBe(11);
  });
});

test("a bucket that has less than the process saw: the stock is read, and chosen from anew", async () => {
  // It saw six in one bucket; three have been taken from it since.
  const { asked, order, pauses } = await aShop([3, 3], [1, 6]);
  expect(await order({ TEA: 6 }, 8)).toEqual(["StockReserved"]);
  expect(asked).toEqual(["reserve", "stock of TEA", "move", "reserve"]);
  expect(pauses).toEqual([]);
});

describe("a move into the bucket of an order", () => {
  test.each([
    ["conflict", [1]],
    ["lost", []],
  ] as const)(
    "that is %s leads to no reservation, and is planned anew after these pauses: %j",
    async (answer, after) => {
      const { noted, order, pauses, store } = await aShop([4, 3]);
      let left = 1;
      const reserved: object[] = [];
      noted.move = async (move) => (left-- > 0 ? answer : store.move(move));
      noted.reserve = async (wanted) => {
        reserved.push(wanted);
        return store.reserve(wanted);
      };
      expect(await order({ TEA: 7 })).toEqual(["StockReserved"]);
      expect(pauses).toEqual(after);
      expect(reserved).toHaveLength(1);
    },
  );
});

describe("an order for more than there is", () => {
  test("is rejected after a second read of the SKUs that are spread, and of no other", async () => {
    const { asked, order, stock } = await aShop([2, 1]);
    await stock("MUG", 3);
    expect(await order({ TEA: 7, MUG: 5, POT: 1 })).toEqual(["StockRejected"]);
    expect(asked).toEqual(["stock of MUG,POT,TEA", "stock of TEA"]);
  });

  test("is not rejected if stock was given to a bucket between the two reads", async () => {
    const { asked, noted, order, stock, store } = await aShop([2, 1]);
    noted.stock = async (skus) => {
      const read = await store.stock(skus);
      asked.push("read");
      if (asked.length === 1) await stock("TEA", 9);
      return read;
    };
    expect(await order({ TEA: 7 })).toEqual(["StockReserved"]);
    expect(asked.slice(0, 2)).toEqual(["read", "read"]);
  });

  test("is not rejected because units of one SKU moved, though another is short of nothing", async () => {
    const { noted, order, stock, store } = await aShop([3, 4], [0, 0]);
    await stock("MUG", 3);
    let reads = 0;
    noted.stock = async (skus) => {
      reads++;
      const read = new Map(await store.stock(skus));
      // Four units go to the head, after it was read and before their bucket is.
      if (reads === 1) {
        read.set("TEA", [
          { available: 3, given: 1 },
          { available: 0, given: 1 },
        ]);
        await store.move({ sku: "TEA", into: 0, from: [{ bucket: 1, quantity: 4 }], below: 7 });
      }
      return read;
    };
    expect(await order({ TEA: 7, MUG: 3 })).toEqual(["StockReserved"]);
    expect(await store.level("TEA")).toMatchObject({ available: 0, reserved: 7 });
  });
});
