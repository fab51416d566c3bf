// The stock is conserved while many orders run at once, in any order of the store's answers.
import { type DomainEvent, eventSchemas, subjectOf } from "@order-saga/contracts";
import { anEvent } from "@order-saga/messaging/testing";
import { bucketHeld, bucketId, linesHeld, quantityOf } from "@order-saga/protocol/stock";
import fc from "fast-check";
import { expect, test } from "vitest";
import { createMemoryStore, type MemoryStore } from "./store/memory.ts";
import { anOrder, aService, orderIdOf } from "./testing.ts";

type Fate = "captured" | "returned" | "refunded" | "aborted" | "declined";

type Scenario = {
  stock: { TEA: number; MUG: number };
  orders: { fate: Fate; TEA: number; MUG: number; copies: number; back: number[] }[];
};

const scenario: fc.Arbitrary<Scenario> = fc.record({
  stock: fc.record({ TEA: fc.nat(6), MUG: fc.nat(6) }),
  orders: fc.array(
    fc.record({
      fate: fc.constantFrom<Fate[]>("captured", "returned", "refunded", "aborted", "declined"),
      TEA: fc.integer({ min: 1, max: 3 }),
      MUG: fc.nat(2),
      copies: fc.integer({ min: 1, max: 3 }),
      /** Of a returned or refunded order: how many TEA come back with each refund before. */
      back: fc.array(fc.integer({ min: 1, max: 2 }), { maxLength: 3 }),
    }),
    { minLength: 1, maxLength: 6 },
  ),
});

/** A1 to A3 of the protocol, of each bucket: never negative, conserved, and what its reservations hold. */
function expectBalanced(store: MemoryStore): void {
  const held = (state: string, bucket: string) =>
    store
      .reservations()
      .filter((reservation) => reservation.state === state)
      .flatMap((reservation) => linesHeld(reservation).map((line) => ({ ...line, reservation })))
      .filter(({ reservation, sku }) => bucketHeld(reservation, sku) === bucket)
      .reduce((sum, { quantity }) => sum + quantity, 0);
  for (const { sku, bucket = 0, available, reserved, sold, restocked } of store.levels()) {
    const id = bucketId(sku, bucket);
    expect(Math.min(available, reserved, sold)).toBeGreaterThanOrEqual(0);
    expect(available + reserved + sold).toBe(restocked);
    expect([reserved, sold]).toEqual([held("RESERVED", id), held("COMMITTED", id)]);
  }
}

/**
 * The store with its answers held back until the scheduler lets them go, and its books looked at every time.
 */
function scheduled(store: MemoryStore, scheduler: fc.Scheduler, look = expectBalanced): MemoryStore {
  const late = <A extends unknown[], R>(name: string, call: (...given: A) => Promise<R>) =>
    scheduler.scheduleFunction(
      Object.defineProperty(
        async (...given: A) => {
          const answer = await call(...given);
          look(store);
          return answer;
        },
        "name",
        { value: name },
      ),
    );
  return {
    ...store,
    load: late("load", store.load),
    stock: late("stock", store.stock),
    move: late("move", store.move),
    reserve: late("reserve", store.reserve),
    save: late("save", store.save),
  };
}

/** The state an order of this fate ends in, unless there was no stock for it. */
const endOf = {
  captured: "COMMITTED",
  returned: "COMMITTED",
  refunded: "RELEASED",
  aborted: "RELEASED",
  declined: "RELEASED",
};

test("many orders at once, each event more than once: the stock is conserved at every step, and every order ends", async () => {
  await fc.assert(
    fc.asyncProperty(scenario, fc.scheduler(), async ({ stock, orders }, scheduler) => {
      const store = createMemoryStore();
      const shop = aService(scheduled(store, scheduler));
      await shop.stock(stock);

      const run = async ({ back, fate, copies, ...quantities }: Scenario["orders"][number], n: number) => {
        const orderId = orderIdOf(n);
        const wanted = Object.fromEntries(Object.entries(quantities).filter(([, quantity]) => quantity > 0));
        const again = (event: DomainEvent) =>
          Promise.all(Array.from({ length: copies }, () => shop.deliver(event)));
        const placed = anOrder(orderId, wanted);
        if (fate === "aborted" || fate === "declined") {
          // Nothing orders these two: payment gives up without asking whether stock is held.
          const given = anEvent(fate === "aborted" ? "PaymentAborted" : "PaymentDeclined", { orderId });
          await Promise.all([again(placed), again(given)]);
          return;
        }
        // Payment captures only what was reserved; the refund and the copies of all three may overtake the
        // capture.
        await shop.deliver(placed);
        const isReserved = shop.said.some((e) => subjectOf(e) === orderId && e.type === "StockReserved");
        const paid: DomainEvent[] = [anEvent("PaymentCaptured", { orderId })];
        if (fate === "refunded") paid.push(anEvent("PaymentRefunded", { orderId }));
        if (fate === "refunded" || fate === "returned")
          paid.push(
            ...back.map((quantity, n) =>
              anEvent("RefundMade", {
                orderId,
                data: { refundId: `rf_${n}`, restock: [{ sku: "TEA", quantity }] },
              }),
            ),
          );
        const outcomes = isReserved ? paid : [anEvent("PaymentAborted", { orderId })];
        await Promise.all([placed, ...outcomes].map(again));
      };
      await scheduler.waitFor(Promise.all(orders.map(run)));

      expectBalanced(store);
      expect(shop.parked).toEqual([]);
      expect(store.reservations().length).toBe(orders.length);
      orders.forEach(({ back, fate, TEA }, n) => {
        const reservation = store.reservations().find(({ orderId }) => orderId === orderIdOf(n));
        expect(["REJECTED", endOf[fate]]).toContain(reservation?.state);
        if (fate !== "returned" || reservation?.state !== "COMMITTED") return;
        const returned = Object.values(reservation.returns ?? {}).flat();
        const asked = back.reduce((sum, quantity) => sum + quantity, 0);
        expect(quantityOf(returned, "TEA")).toBe(Math.min(asked, TEA));
      });
      const bodies = new Map<string, DomainEvent>();
      for (const event of shop.said) {
        expect(eventSchemas[event.type].parse(event)).toEqual(event);
        expect(bodies.get(event.id) ?? event).toEqual(event);
        bodies.set(event.id, event);
      }
    }),
    { numRuns: 100 },
  );
});

const SKU = "TEA";

/** Of many orders, the quick half of the books. */
function expectConserved(store: MemoryStore): void {
  for (const { available, reserved, restocked, sold } of store.levels())
    expect(Math.min(available, reserved, sold) >= 0 && available + reserved + sold === restocked).toBe(true);
}

const availableOf = (store: MemoryStore) => store.levels().reduce((sum, { available }) => sum + available, 0);
const soldOf = (store: MemoryStore) => store.levels().reduce((sum, { sold }) => sum + sold, 0);

/** A shop over this store that fails a test in which an order is rejected while its stock is there. */
function aSale(store: MemoryStore, quantityOfOrder: (orderId: string) => number) {
  const save: MemoryStore["save"] = async (next, movement) => {
    const isRejected = next.state === "REJECTED" && (await store.load(next.orderId)) === undefined;
    if (isRejected) expect(availableOf(store)).toBeLessThan(quantityOfOrder(next.orderId));
    return store.save(next, movement);
  };
  return { ...store, save };
}

/** So many orders, each of this quantity, at most `inFlight` at a time, delivered until they are taken. */
async function sell(
  shops: readonly ReturnType<typeof aService>[],
  orders: readonly { readonly orderId: string; readonly quantity: number }[],
  inFlight: number,
) {
  const waiting = orders.entries();
  const seller = async () => {
    for (const [n, { orderId, quantity }] of waiting) {
      const shop = shops[n % shops.length] ?? expect.unreachable();
      const take = async (event: DomainEvent) => {
        for (let receive = 0; receive < 20; receive++) if ((await shop.deliver(event)) === 0) return;
        expect.unreachable(`${event.type} was never taken`);
      };
      await take(anOrder(orderId, { [SKU]: quantity }));
      const isReserved = shop.said.some((e) => subjectOf(e) === orderId && e.type === "StockReserved");
      if (isReserved) await take(anEvent("PaymentCaptured", { orderId }));
    }
  };
  await Promise.all(Array.from({ length: inFlight }, seller));
  for (const shop of shops) expect(shop.parked).toEqual([]);
}

const ordersOf = (...quantities: readonly number[]) =>
  quantities.map((quantity, n) => ({ orderId: orderIdOf(n), quantity }));

/** A process of its own per shop, over one store whose answers come in any order. */
function shopsOver(store: MemoryStore, scheduler: fc.Scheduler, processes: number) {
  const late = scheduled(store, scheduler, expectConserved);
  return Array.from({ length: processes }, () => aService(late));
}

const raise = (store: MemoryStore, buckets: number, delta = 0) =>
  store.adjust({ principal: "ada", key: `raise-${buckets}-${delta}`, sku: SKU, delta, buckets });

test("20 hot orders in flight for 100 units over 10 buckets: exactly 100 sold, no rejection while a unit is left", async () => {
  await fc.assert(
    fc.asyncProperty(fc.scheduler(), fc.integer({ min: 1, max: 4 }), async (scheduler, processes) => {
      const store = createMemoryStore();
      await raise(store, 10, 100);
      const shops = shopsOver(
        aSale(store, () => 1),
        scheduler,
        processes,
      );
      await scheduler.waitFor(sell(shops, ordersOf(...Array<number>(130).fill(1)), 20));
      expectBalanced(store);
      expect([availableOf(store), soldOf(store)]).toEqual([0, 100]);
      expect(store.reservations().filter(({ state }) => state === "REJECTED")).toHaveLength(30);
    }),
    { numRuns: 8 },
  );
});

test("the number of buckets is raised during a sale: all is sold, to the last unit", async () => {
  await fc.assert(
    fc.asyncProperty(fc.scheduler(), async (scheduler) => {
      const store = createMemoryStore();
      await raise(store, 2, 40);
      const sale = aSale(store, () => 1);
      const shops = shopsOver(sale, scheduler, 2);
      const raised = async () => {
        for (const buckets of [4, 32]) {
          for (let n = 0; n < 20; n++) await scheduler.schedule(Promise.resolve("an order goes on"));
          expect(await raise(store, buckets)).toBe("written");
        }
      };
      const orders = ordersOf(...Array<number>(60).fill(1));
      await scheduler.waitFor(Promise.all([sell(shops, orders, 10), raised()]));
      expectBalanced(store);
      expect([availableOf(store), soldOf(store)]).toEqual([0, 40]);
    }),
    { numRuns: 10 },
  );
});

test("orders of several units find what is scattered one in a bucket, and gather it beside each other", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.scheduler(),
      fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 8 }),
      async (scheduler, quantities) => {
        const store = createMemoryStore();
        await raise(store, 10, 10);
        for (let into = 1; into < 10; into++)
          await store.move({ sku: SKU, into, from: [{ bucket: 0, quantity: 1 }], below: 1 });
        const orders = ordersOf(...quantities);
        const quantityOf = (orderId: string) =>
          orders.find((each) => each.orderId === orderId)?.quantity ?? expect.unreachable();
        const shops = shopsOver(aSale(store, quantityOf), scheduler, 3);
        await scheduler.waitFor(sell(shops, orders, 4));
        expectBalanced(store);
        const rejected = store.reservations().filter(({ state }) => state === "REJECTED");
        for (const { orderId } of rejected) expect(availableOf(store)).toBeLessThan(quantityOf(orderId));
        expect(availableOf(store) + soldOf(store)).toBe(10);
      },
    ),
    { numRuns: 60 },
  );
});

test("an order for as many units as all buckets have together is reserved", async () => {
  const store = createMemoryStore();
  await raise(store, 32, 32);
  for (let into = 1; into < 32; into++)
    await store.move({ sku: SKU, into, from: [{ bucket: 0, quantity: 1 }], below: 1 });
  const shop = aService(aSale(store, () => 32));
  await shop.deliver(anOrder(orderIdOf(1), { [SKU]: 32 }));
  expect(shop.types()).toEqual(["StockReserved"]);
  expect(store.levels().filter(({ reserved }) => reserved > 0)).toMatchObject([{ reserved: 32 }]);
  expectBalanced(store);
});

test("an answer that was lost, then a retry whose own bucket is empty: the order holds one reservation", async () => {
  const store = createMemoryStore();
  await raise(store, 4, 8);
  let lost = 1;
  const reserve: MemoryStore["reserve"] = async (reservation) => {
    const answer = await store.reserve(reservation);
    if (answer !== "written" || lost-- <= 0) return answer;
    throw new Error("the answer was lost");
  };
  const shop = aService({ ...store, reserve });
  const placed = anOrder(orderIdOf(1), { [SKU]: 2 });
  expect(await shop.deliver(placed)).toBe(1);
  const held = store.reservations();
  // What this order would choose now is another bucket than the one it has.
  for (let n = 2; n < 5; n++) await shop.deliver(anOrder(orderIdOf(n), { [SKU]: 2 }));
  expect(await shop.deliver(placed)).toBe(0);
  expect(store.reservations().filter(({ orderId }) => orderId === orderIdOf(1))).toEqual(held);
  expect(availableOf(store)).toBe(0);
  expectBalanced(store);
});

test("an order that was rejected says the same again, though its process thinks that nothing is left", async () => {
  const store = createMemoryStore();
  await raise(store, 4, 1);
  const shop = aService(store);
  const [first, second] = [anOrder(orderIdOf(1), { [SKU]: 1 }), anOrder(orderIdOf(2), { [SKU]: 1 })];
  for (const event of [first, second, second, first]) expect(await shop.deliver(event)).toBe(0);
  expect(shop.types()).toEqual(["StockReserved", "StockRejected", "StockRejected", "StockReserved"]);
  expect(shop.said[2]).toEqual(shop.said[1]);
  expect(shop.said[3]).toEqual(shop.said[0]);
});
