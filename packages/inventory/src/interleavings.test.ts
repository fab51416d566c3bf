// The stock is conserved while many orders run at once, in any order of the store's answers.
import { type DomainEvent, eventSchemas, subjectOf } from "@order-saga/contracts";
import { anEvent } from "@order-saga/messaging/testing";
import { quantityOf } from "@order-saga/protocol/stock";
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

/** A1 to A3 of the protocol: never negative, conserved, and equal to the sum over the reservations. */
function expectBalanced(store: MemoryStore): void {
  const held = (state: string, sku: string) =>
    store
      .reservations()
      .filter((reservation) => reservation.state === state)
      .reduce(
        (sum, { lines, returns = {} }) =>
          sum + quantityOf(lines, sku) - quantityOf(Object.values(returns).flat(), sku),
        0,
      );
  for (const { sku, available, reserved, sold, restocked } of store.levels()) {
    expect(Math.min(available, reserved, sold)).toBeGreaterThanOrEqual(0);
    expect(available + reserved + sold).toBe(restocked);
    expect([reserved, sold]).toEqual([held("RESERVED", sku), held("COMMITTED", sku)]);
  }
}

/**
 * The store with its answers held back until the scheduler lets them go, and its books looked at every time.
 */
function scheduled(store: MemoryStore, scheduler: fc.Scheduler): MemoryStore {
  const late = <A extends unknown[], R>(name: string, call: (...given: A) => Promise<R>) =>
    scheduler.scheduleFunction(
      Object.defineProperty(
        async (...given: A) => {
          const answer = await call(...given);
          expectBalanced(store);
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
