// What every store of inventory does; the in-memory one and DynamoDB's both pass it.
import { type StockLevel, subjectOf } from "@order-saga/contracts";
import { anEvent, testNow } from "@order-saga/messaging/testing";
import { dueStoreSuite, versionedStoreSuite } from "@order-saga/messaging/versioned-store.suite";
import { expect, test } from "vitest";
import { availableIn } from "../buckets.ts";
import type { InventoryStore } from "../ports.ts";
import { commit, type Reservation, reject, release, reserve, takenFrom } from "../reservation.ts";
import { anOrder, aService, orderIdOf } from "../testing.ts";

const minute = 60_000;

/** Every store of the run shares these numbers, so that each test has orders and SKUs of its own. */
let count = 0;
const next = () => ++count;
const newOrderId = () => orderIdOf(next());

/** A store with so much of each SKU; the names given are made unique. */
async function aStock<K extends string>(create: () => InventoryStore, quantities: Record<K, number>) {
  const store = create();
  const names = Object.keys(quantities) as K[];
  const skus = Object.fromEntries(names.map((name) => [name, `${name}-${next()}`])) as Record<K, string>;
  for (const name of names) {
    await store.adjust({
      principal: "ada",
      key: `restock-${next()}`,
      sku: skus[name],
      delta: quantities[name],
    });
  }
  const counters = async (name: K) => {
    const level = await store.level(skus[name]);
    return [level?.available, level?.reserved, level?.sold];
  };
  const reservationOf = (lines: Partial<Record<K, number>>, orderId = newOrderId()): Reservation => {
    const named = Object.entries(lines).map(([name, quantity]) => [skus[name as K], quantity as number]);
    return reserve(anOrder(orderId, Object.fromEntries(named)), testNow, 900);
  };
  return { store, skus, counters, reservationOf };
}

const captured = ({ orderId }: Reservation) => anEvent("PaymentCaptured", { orderId });
const aborted = ({ orderId }: Reservation) => anEvent("PaymentAborted", { orderId });
const refunded = ({ orderId }: Reservation) => anEvent("PaymentRefunded", { orderId });

/** `create` may give the same store every time. */
export function inventoryStoreSuite(create: () => InventoryStore): void {
  const first = (): Reservation => ({
    ...reserve(anOrder(newOrderId(), { TEA: 2, MUG: 1 }), testNow, 900),
    outcome: "refunded",
    signals: 2,
  });
  versionedStoreSuite({
    create,
    first,
    changed: (record, n) => ({ ...record, lines: [{ sku: "TEA", quantity: n + 3 }] }),
  });
  dueStoreSuite({ create, first, longAgo: testNow - 1900 * minute });
  reserving(create);
  moving(create);
  returning(create);
  adjusting(create);
  spreading(create);
  takingFromBuckets(create);
  contending(create);
}

/** A reservation and the stock it takes. */
function reserving(create: () => InventoryStore): void {
  test("a SKU that was never stocked is not there", async () => {
    const store = create();
    expect(await store.load(newOrderId())).toBeUndefined();
    expect(await store.level("NEVER-STOCKED")).toBeUndefined();
    expect(await store.stock(["NEVER-STOCKED"])).toEqual(new Map());
  });

  test("what was reserved is loaded, field by field, and its stock is taken", async () => {
    const { store, skus, counters, reservationOf } = await aStock(create, { TEA: 5, MUG: 5 });
    const reservation = reservationOf({ TEA: 2, MUG: 5 });
    expect(await store.reserve(reservation)).toBe("written");
    expect(await store.load(reservation.orderId)).toEqual(reservation);
    expect(await counters("TEA")).toEqual([3, 2, 0]);
    expect(await counters("MUG")).toEqual([0, 5, 0]);
    expect(await store.stock([skus.MUG, "UNKNOWN", skus.TEA])).toEqual(
      new Map([
        [skus.MUG, [{ available: 0, given: 1 }]],
        [skus.TEA, [{ available: 3, given: 1 }]],
      ]),
    );
  });

  test("a shortage of one SKU takes nothing of the others and writes no reservation", async () => {
    const { store, counters, reservationOf } = await aStock(create, { TEA: 5, MUG: 0, JAR: 5 });
    const reservation = reservationOf({ TEA: 1, MUG: 1, JAR: 1 });
    expect(await store.reserve(reservation)).toBe("short");
    expect(await store.load(reservation.orderId)).toBeUndefined();
    for (const sku of ["TEA", "JAR"] as const) expect(await counters(sku)).toEqual([5, 0, 0]);
  });

  test("a SKU that was never stocked is a shortage, and is not made up", async () => {
    const store = create();
    const reservation = reserve(anOrder(newOrderId(), { "NEVER-STOCKED": 1 }), testNow, 900);
    expect(await store.reserve(reservation)).toBe("short");
    expect(await store.level("NEVER-STOCKED")).toBeUndefined();
  });

  test("an order has one reservation: a second one takes nothing, be there stock for it or not", async () => {
    const { store, counters, reservationOf } = await aStock(create, { TEA: 3, MUG: 9 });
    const first = reservationOf({ TEA: 2 });
    await store.reserve(first);
    expect(await store.reserve(reservationOf({ MUG: 1 }, first.orderId))).toBe("exists");
    expect(await store.reserve(reservationOf({ TEA: 2 }, first.orderId))).toBe("exists");
    expect(await store.load(first.orderId)).toEqual(first);
    expect(await counters("TEA")).toEqual([1, 2, 0]);
    expect(await counters("MUG")).toEqual([9, 0, 0]);
  });

  test("an order of fifty SKUs is one transaction", async () => {
    const names = Array.from({ length: 50 }, (_, n) => `SKU${n}`);
    const { store, skus, reservationOf } = await aStock(
      create,
      Object.fromEntries(names.map((name) => [name, 2])),
    );
    const reservation = reservationOf(Object.fromEntries(names.map((name) => [name, 1])));
    expect(reservation.lines.length).toBe(50);
    expect(await store.reserve(reservation)).toBe("written");
    const step = commit(reservation, captured(reservation), testNow);
    expect(await store.save(step?.next ?? reservation, step?.movement)).toBe("written");
    const stock = await store.stock(Object.values(skus));
    expect([...stock.values()].map(availableIn)).toEqual(Array(50).fill(1));
  });
}

/** Stock that moves with its reservation. */
function moving(create: () => InventoryStore): void {
  test("sold, given back from the reserved, given back from the sold: the counters move with the record", async () => {
    const { store, counters, reservationOf } = await aStock(create, { TEA: 10, MUG: 10 });
    const [first, second] = [reservationOf({ TEA: 2, MUG: 1 }), reservationOf({ TEA: 3 })];
    for (const each of [first, second]) await store.reserve(each);
    const write = async (step: ReturnType<typeof commit>) => {
      if (!step) return expect.unreachable();
      expect(await store.save(step.next, step.movement)).toBe("written");
      expect(await store.load(step.next.orderId)).toEqual(step.next);
      return step.next;
    };
    const sold = await write(commit(first, captured(first), testNow));
    expect(await counters("TEA")).toEqual([5, 3, 2]);
    expect(await counters("MUG")).toEqual([9, 0, 1]);
    await write(release(second, aborted(second), testNow));
    expect(await counters("TEA")).toEqual([8, 0, 2]);
    await write(release(sold, refunded(first), testNow));
    expect(await counters("TEA")).toEqual([10, 0, 0]);
    expect(await counters("MUG")).toEqual([10, 0, 0]);
  });

  test("a write over a version that has passed, or is not there yet, moves nothing", async () => {
    const { store, counters, reservationOf } = await aStock(create, { TEA: 10 });
    const first = reservationOf({ TEA: 2 });
    await store.reserve(first);
    const step = commit(first, captured(first), testNow);
    if (!step) return expect.unreachable();
    expect(await store.save({ ...step.next, version: 3 }, step.movement)).toBe("lost");
    expect(await store.load(first.orderId)).toEqual(first);
    expect(await store.save(step.next, step.movement)).toBe("written");
    for (const version of [1, 2]) {
      expect(await store.save({ ...step.next, version }, step.movement)).toBe("lost");
      expect(await store.save({ ...step.next, version })).toBe("lost");
    }
    expect(await store.load(first.orderId)).toEqual(step.next);
    expect(await counters("TEA")).toEqual([8, 0, 2]);
  });

  test("a movement that a counter does not have moves nothing, not even the counters that could", async () => {
    const { store, counters, reservationOf } = await aStock(create, { TEA: 10, MUG: 10 });
    const first = reservationOf({ TEA: 2, MUG: 2 });
    const other = reservationOf({ TEA: 5 });
    for (const each of [first, other]) await store.reserve(each);
    const tooMany = first.lines.map((line, n) => (n === 0 ? line : { ...line, quantity: 8 }));
    const step = release({ ...first, lines: tooMany }, aborted(first), testNow);
    expect(await store.save(step?.next ?? first, step?.movement)).toBe("lost");
    expect(await store.load(first.orderId)).toEqual(first);
    expect(await counters("TEA")).toEqual([3, 7, 0]);
    expect(await counters("MUG")).toEqual([8, 2, 0]);
  });

  test("of a rejection and a tombstone for the same order, one is told that it was late", async () => {
    const store = create();
    const orderId = newOrderId();
    const rejected = reject(
      anOrder(orderId, { TEA: 1 }),
      [{ sku: "TEA", requested: 1, available: 0 }],
      testNow,
    );
    const tombstone = release(undefined, anEvent("PaymentAborted", { orderId }), testNow)?.next ?? rejected;
    const both = await Promise.all([store.save(rejected), store.save(tombstone)]);
    expect(both.toSorted()).toEqual(["lost", "written"]);
    expect(await store.load(orderId)).toEqual(both[0] === "written" ? rejected : tombstone);
  });
}

/** Stock that comes back with a refund. */
function returning(create: () => InventoryStore): void {
  test("of what was sold only the lines that come back move, with the record; then the rest", async () => {
    const { store, skus, counters, reservationOf } = await aStock(create, { TEA: 10, MUG: 10 });
    const first = reservationOf({ TEA: 7, MUG: 1 });
    await store.reserve(first);
    const data = { refundId: "rf_1", restock: [{ sku: skus.TEA, quantity: 3 }] };
    const back = anEvent("RefundMade", { orderId: first.orderId, data });
    let known = first;
    for (const [step, tea, mug] of [
      [() => commit(known, captured(first), testNow), [3, 0, 7], [9, 0, 1]],
      [() => release(known, back, testNow), [6, 0, 4], [9, 0, 1]],
      [() => release(known, refunded(first), testNow), [10, 0, 0], [10, 0, 0]],
    ] as const) {
      const { movement, next } = step() ?? expect.unreachable();
      expect(await store.save(next, movement)).toBe("written");
      expect(await store.load(next.orderId)).toEqual(next);
      expect([await counters("TEA"), await counters("MUG")]).toEqual([tea, mug]);
      known = next;
    }
  });
}

/** Adjustments, once per key. */
function adjusting(create: () => InventoryStore): void {
  test("an adjustment is made once per principal and key", async () => {
    const { store, skus, counters } = await aStock(create, { TEA: 10, MUG: 10 });
    const adjustment = { principal: "ada", key: `adjust-${next()}`, sku: skus.TEA, delta: 5 };
    expect(await store.adjust(adjustment)).toBe("written");
    expect(await store.adjust(adjustment)).toBe("repeated");
    expect(await store.adjust({ ...adjustment, delta: 6 })).toBe("reused");
    expect(await store.adjust({ ...adjustment, sku: skus.MUG })).toBe("reused");
    expect(await counters("TEA")).toEqual([15, 0, 0]);
    expect(await counters("MUG")).toEqual([10, 0, 0]);
    expect(await store.adjust({ ...adjustment, principal: "bob" })).toBe("written");
    expect(await counters("TEA")).toEqual([20, 0, 0]);
  });

  test("an adjustment never makes the available stock negative, and one that is refused leaves its key free", async () => {
    const { store, skus, counters, reservationOf } = await aStock(create, { TEA: 10 });
    await store.reserve(reservationOf({ TEA: 4 }));
    const adjustment = { principal: "ada", key: `adjust-${next()}`, sku: skus.TEA, delta: -7 };
    expect(await store.adjust(adjustment)).toBe("short");
    expect(await store.adjust({ ...adjustment, sku: "NEVER-STOCKED", delta: -1 })).toBe("short");
    expect(await store.level("NEVER-STOCKED")).toBeUndefined();
    expect(await store.adjust({ ...adjustment, delta: -6 })).toBe("written");
    expect(await counters("TEA")).toEqual([0, 4, 0]);
  });

  test("the first answer to an adjustment is the one that is kept", async () => {
    const store = create();
    const sku = `TEA-${next()}`;
    const adjustment = { principal: "ada", key: `adjust-${next()}`, sku, delta: 5 };
    const answer: StockLevel = { sku, available: 5, reserved: 0, sold: 0 };
    await expect(store.answered(adjustment, answer)).rejects.toThrow();
    await store.adjust(adjustment);
    expect(await store.answered(adjustment, answer)).toEqual(answer);
    expect(await store.answered(adjustment, { ...answer, available: 4, sold: 1 })).toEqual(answer);
    expect(await store.adjust(adjustment)).toBe("repeated");
  });
}

/** A store of one SKU with so much in the head and, moved there, in each further bucket. */
async function aSpreadStock(create: () => InventoryStore, ...available: readonly [number, ...number[]]) {
  const TEA = available.reduce((sum, each) => sum + each, 0);
  const { reservationOf, skus, ...world } = await aStock(create, { TEA });
  const { store } = world;
  const sku = skus.TEA;
  const adjust = (delta: number, buckets?: number) =>
    store.adjust({
      principal: "ada",
      key: `spread-${next()}`,
      sku,
      delta,
      ...(buckets !== undefined && { buckets }),
    });
  expect(await adjust(0, available.length)).toBe("written");
  const move = (into: number, from: readonly (readonly [bucket: number, quantity: number])[], below = 99) =>
    store.move({ sku, into, from: from.map(([bucket, quantity]) => ({ bucket, quantity })), below });
  for (const [into, quantity] of available.entries())
    if (into > 0 && quantity > 0) expect(await move(into, [[0, quantity]])).toBe("written");
  const buckets = async () => (await store.stock([sku])).get(sku) ?? [];
  const free = async () => (await buckets()).map((bucket) => bucket.available);
  const given = async () => (await buckets()).map((bucket) => bucket.given);
  const reservationIn = (bucket: number, quantity = 1) =>
    takenFrom(reservationOf({ TEA: quantity }), new Map([[sku, bucket]]));
  return { ...world, sku, adjust, move, free, given, reservationIn };
}

/** Stock in several buckets: raised, moved, looked at. */
function spreading(create: () => InventoryStore): void {
  test("a SKU that is spread is shown as the sum of its buckets, of which those never filled are empty", async () => {
    const { free, given, sku, store } = await aSpreadStock(create, 7, 2, 0, 1);
    expect(await store.level(sku)).toEqual({ sku, available: 10, reserved: 0, sold: 0, buckets: 4 });
    expect(await free()).toEqual([7, 2, 0, 1]);
    expect(await given()).toEqual([1, 1, 0, 1]);
  });

  test("the number of buckets rises, stays or is refused, with the stock that comes with it", async () => {
    const { adjust, free, sku, store } = await aSpreadStock(create, 5);
    expect((await store.level(sku))?.buckets).toBeUndefined();
    expect(await adjust(2, 3)).toBe("written");
    expect(await adjust(1, 3)).toBe("written");
    expect(await adjust(1, 2)).toBe("short");
    expect(await adjust(-9, 32)).toBe("short");
    expect(await free()).toEqual([8, 0, 0]);
    expect(await adjust(-8, 32)).toBe("written");
    expect(await free()).toEqual(Array(32).fill(0));
  });

  test("an adjustment with another number of buckets is another one", async () => {
    const { sku, store } = await aSpreadStock(create, 5);
    const adjustment = { principal: "ada", key: `raise-${next()}`, sku, delta: 1, buckets: 4 };
    expect(await store.adjust(adjustment)).toBe("written");
    expect(await store.adjust(adjustment)).toBe("repeated");
    const { buckets: _, ...without } = adjustment;
    for (const other of [without, { ...adjustment, buckets: 5 }])
      expect(await store.adjust(other)).toBe("reused");
    expect(await store.level(sku)).toMatchObject({ available: 6, buckets: 4 });
  });

  test("a move takes what each bucket has, or nothing at all", async () => {
    const { counters, free, given, move } = await aSpreadStock(create, 5, 2, 3);
    expect(
      await move(1, [
        [0, 5],
        [2, 4],
      ]),
    ).toBe("lost");
    expect(await free()).toEqual([5, 2, 3]);
    expect(
      await move(1, [
        [0, 5],
        [2, 3],
      ]),
    ).toBe("written");
    expect(await free()).toEqual([0, 10, 0]);
    expect(await given()).toEqual([1, 2, 1]);
    expect(await counters("TEA")).toEqual([10, 0, 0]);
  });

  test("a move into a bucket that has enough by now is not made", async () => {
    const { free, move } = await aSpreadStock(create, 5, 2, 3);
    expect(await move(1, [[0, 4]], 2)).toBe("lost");
    expect(await move(0, [[2, 1]], 5)).toBe("lost");
    expect(await free()).toEqual([5, 2, 3]);
    expect(await move(1, [[0, 4]], 3)).toBe("written");
    expect(await move(0, [[2, 1]], 2)).toBe("written");
    expect(await free()).toEqual([2, 6, 2]);
  });

  test("units scattered one in each of thirty-two buckets are gathered in one transaction", async () => {
    const scattered = Array.from({ length: 31 }, () => 1);
    const { free, move } = await aSpreadStock(create, 1, ...scattered);
    expect(
      await move(
        0,
        scattered.map((_, n) => [n + 1, 1] as const),
      ),
    ).toBe("written");
    expect(await free()).toEqual([32, ...scattered.map(() => 0)]);
  });
}

/** Reservations from buckets, which move their stock in the bucket that they name. */
function takingFromBuckets(create: () => InventoryStore): void {
  test("a reservation takes from its bucket alone, be there enough in others or not", async () => {
    const { free, reservationIn, sku, store } = await aSpreadStock(create, 5, 2);
    const [tooLarge, first] = [reservationIn(1, 3), reservationIn(1, 2)];
    expect(await store.reserve(tooLarge)).toBe("short");
    expect(await store.load(tooLarge.orderId)).toBeUndefined();
    expect(await store.reserve(first)).toBe("written");
    expect(await store.load(first.orderId)).toEqual({ ...first, buckets: { [sku]: 1 } });
    expect(await free()).toEqual([5, 0]);
  });

  test("a bucket that was never filled is a shortage, and is not made", async () => {
    const { adjust, free, reservationIn, sku, store } = await aSpreadStock(create, 5);
    await adjust(0, 2);
    expect(await store.reserve(reservationIn(1))).toBe("short");
    expect(await free()).toEqual([5, 0]);
    expect(await store.level(sku)).toMatchObject({ available: 5, reserved: 0 });
  });

  test("sold, released, refunded and put back in its bucket, though there are more buckets since", async () => {
    const { adjust, free, given, reservationIn, sku, store } = await aSpreadStock(create, 1, 9, 0);
    const [sold, released] = [reservationIn(1, 4), reservationIn(1, 2)];
    for (const each of [sold, released]) expect(await store.reserve(each)).toBe("written");
    expect(await adjust(0, 32)).toBe("written");
    const write = async (step: ReturnType<typeof commit>) => {
      const { movement, next } = step ?? expect.unreachable();
      expect(await store.save(next, movement)).toBe("written");
      expect(await store.load(next.orderId)).toEqual(next);
      return next;
    };
    const restock = [{ sku, quantity: 1 }];
    const back = { orderId: sold.orderId, data: { refundId: "rf_1", restock } };
    const committed = await write(commit(sold, captured(sold), testNow));
    expect((await free()).slice(0, 3)).toEqual([1, 3, 0]);
    expect((await given()).slice(0, 3)).toEqual([1, 1, 0]);
    await write(release(released, aborted(released), testNow));
    expect((await free()).slice(0, 3)).toEqual([1, 5, 0]);
    const returned = await write(release(committed, anEvent("RefundMade", back), testNow));
    expect((await free()).slice(0, 3)).toEqual([1, 6, 0]);
    await write(release(returned, refunded(sold), testNow));
    expect(await free()).toEqual([1, 9, ...Array(30).fill(0)]);
    expect((await given()).slice(0, 3)).toEqual([1, 4, 0]);
    expect(await store.level(sku)).toMatchObject({ available: 10, reserved: 0, sold: 0 });
  });

  test("an order of fifty SKUs that are all spread is one transaction, and so is its sale", async () => {
    const names = Array.from({ length: 50 }, (_, n) => `SKU${n}`);
    const { store, skus, reservationOf } = await aStock(
      create,
      Object.fromEntries(names.map((name) => [name, 2])),
    );
    const all = Object.values(skus);
    for (const sku of all) {
      await store.adjust({ principal: "ada", key: `spread-${next()}`, sku, delta: 0, buckets: 32 });
      await store.move({ sku, into: 31, from: [{ bucket: 0, quantity: 2 }], below: 1 });
    }
    const wanted = reservationOf(Object.fromEntries(names.map((name) => [name, 1])));
    const reservation = takenFrom(wanted, new Map(all.map((sku) => [sku, 31])));
    expect(await store.reserve(reservation)).toBe("written");
    const step = commit(reservation, captured(reservation), testNow);
    expect(await store.save(step?.next ?? reservation, step?.movement)).toBe("written");
    const stock = await store.stock(all);
    expect([...stock.values()].map((buckets) => buckets[31]?.available)).toEqual(Array(50).fill(1));
  });
}

/** Many orders at once, over the real reactions. */
function contending(create: () => InventoryStore): void {
  test("two orders for one unit at the same time: exactly one is reserved", async () => {
    const { store, skus, counters } = await aStock(create, { TEA: 1 });
    const shop = aService(store);
    const orders = [newOrderId(), newOrderId()];
    await Promise.all(orders.map((orderId) => deliverUntilTaken(shop, anOrder(orderId, { [skus.TEA]: 1 }))));
    expect(shop.types().toSorted()).toEqual(["StockRejected", "StockReserved"]);
    const states = await Promise.all(orders.map(async (orderId) => (await store.load(orderId))?.state));
    expect(states.toSorted()).toEqual(["REJECTED", "RESERVED"]);
    expect(await counters("TEA")).toEqual([0, 1, 0]);
  });

  test("fifty orders at once for twenty units of one SKU, in batches: twenty are reserved, thirty rejected", async () => {
    const { store, skus, counters } = await aStock(create, { TEA: 20, MUG: 50 });
    const shop = aService(store);
    const orders = Array.from({ length: 50 }, () => anOrder(newOrderId(), { [skus.TEA]: 1, [skus.MUG]: 1 }));
    await Promise.all(orders.map((order) => deliverUntilTaken(shop, order)));
    const reserved = shop.said.filter(({ type }) => type === "StockReserved");
    const rejected = shop.said.filter(({ type }) => type === "StockRejected");
    expect([reserved.length, rejected.length]).toEqual([20, 30]);
    expect(await counters("TEA")).toEqual([0, 20, 0]);
    expect(await counters("MUG")).toEqual([30, 20, 0]);

    await Promise.all(
      reserved.map((event, n) =>
        deliverUntilTaken(
          shop,
          anEvent(n % 2 === 0 ? "PaymentCaptured" : "PaymentAborted", { orderId: subjectOf(event) }),
        ),
      ),
    );
    expect(await counters("TEA")).toEqual([10, 0, 10]);
    expect(await counters("MUG")).toEqual([40, 0, 10]);
    expect(shop.parked).toEqual([]);
  });

  test("thirty orders at once for twenty-four units over six buckets: twenty-four are reserved, six rejected", async () => {
    const { adjust, counters, sku, store } = await aSpreadStock(create, 24);
    await adjust(0, 6);
    const shop = aService(store);
    const orders = Array.from({ length: 30 }, () => anOrder(newOrderId(), { [sku]: 1 }));
    await Promise.all(orders.map((order) => deliverUntilTaken(shop, order)));
    const reserved = shop.said.filter(({ type }) => type === "StockReserved");
    expect([reserved.length, shop.said.length - reserved.length]).toEqual([24, 6]);
    expect(await counters("TEA")).toEqual([0, 24, 0]);
    const settled = reserved.map((event, n) =>
      anEvent(n % 2 === 0 ? "PaymentCaptured" : "PaymentAborted", { orderId: subjectOf(event) }),
    );
    await Promise.all(settled.map((event) => deliverUntilTaken(shop, event)));
    expect(await counters("TEA")).toEqual([12, 0, 12]);
    expect(shop.parked).toEqual([]);
  });
}

/** As the queue does: a message that was not taken comes again. */
async function deliverUntilTaken(
  shop: ReturnType<typeof aService>,
  event: Parameters<typeof shop.deliver>[0],
): Promise<void> {
  for (let receive = 1; receive <= 20; receive++) {
    if ((await shop.deliver(event)) === 0) return;
  }
  expect.unreachable(`${event.type} of ${subjectOf(event)} was never taken`);
}
