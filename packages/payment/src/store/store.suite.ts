// What every store of payments does; the in-memory one and DynamoDB's both pass it.
import { anEvent, testNow } from "@order-saga/messaging/testing";
import { expect, test } from "vitest";
import { hear, type Payment, withUnpublished } from "../payment.ts";
import type { PaymentStore } from "./store.ts";

const minute = 60_000;
const iso = (at: number) => new Date(at).toISOString();

/** A record with every field a record can have. */
const full = (orderId: string): Payment => ({
  orderId,
  charge: {
    amount: 1980,
    currency: "EUR",
    paymentMethod: "pm_card_visa",
    decideBy: iso(testNow + 15 * minute),
  },
  stock: "RESERVED",
  cancelled: true,
  expired: false,
  authorization: { state: "AUTHORIZED", intentId: "pi_1" },
  decision: "CAPTURE",
  settlement: "CAPTURED",
  events: {
    PaymentAuthorized: anEvent("PaymentAuthorized", { orderId }),
    PaymentCaptured: anEvent("PaymentCaptured", { orderId }),
  },
  deadline: iso(testNow + 15 * minute),
  unpublished: true,
  dueAt: iso(testNow + 2 * minute),
  version: 1,
});

/** A tombstone: what an event leaves that arrives before its order. */
const tombstone = (orderId: string): Payment =>
  hear(undefined, anEvent("StockReserved", { orderId }), testNow);

/** `create` may give the same store every time: each test writes orders of its own, far apart in time. */
export function paymentStoreSuite(create: () => PaymentStore): void {
  let count = 0;
  const newOrderId = () => `ord_${(++count).toString(16).padStart(32, "0")}`;

  test("an order nobody wrote about is not there", async () => {
    expect(await create().load(newOrderId())).toBeUndefined();
  });

  test("what was saved is loaded, field by field", async () => {
    const store = create();
    for (const payment of [full(newOrderId()), tombstone(newOrderId())]) {
      expect(await store.save(payment)).toBe(true);
      expect(await store.load(payment.orderId)).toEqual(payment);
    }
  });

  test("a field that a later version does not have is gone", async () => {
    const store = create();
    const first = full(newOrderId());
    await store.save(first);
    const { dueAt: _, ...rest } = first;
    const atRest = { ...withUnpublished(rest, false), version: 2 };
    expect(await store.save(atRest)).toBe(true);
    expect(await store.load(first.orderId)).toEqual(atRest);
  });

  test("of two that create the record, one is told that it was late", async () => {
    const store = create();
    const orderId = newOrderId();
    const both = await Promise.all([store.save(full(orderId)), store.save(tombstone(orderId))]);
    expect(both.toSorted()).toEqual([false, true]);
    expect(await store.load(orderId)).toEqual(both[0] ? full(orderId) : tombstone(orderId));
  });

  test("of two that write over the same version, one is told that it was late", async () => {
    const store = create();
    const first = tombstone(newOrderId());
    await store.save(first);
    const cancelled = { ...first, cancelled: true, version: 2 };
    const expired = { ...first, expired: true, version: 2 };
    const both = await Promise.all([store.save(cancelled), store.save(expired)]);
    expect(both.toSorted()).toEqual([false, true]);
    expect(await store.load(first.orderId)).toEqual(both[0] ? cancelled : expired);
  });

  test("a write over a version that has passed, or is not there yet, changes nothing", async () => {
    const store = create();
    const first = tombstone(newOrderId());
    expect(await store.save({ ...first, version: 2 })).toBe(false);
    expect(await store.load(first.orderId)).toBeUndefined();
    await store.save(first);
    const second = { ...first, expired: true, version: 2 };
    await store.save(second);
    for (const version of [1, 2, 4]) expect(await store.save({ ...first, version })).toBe(false);
    expect(await store.load(first.orderId)).toEqual(second);
  });

  test("a record that a caller goes on changing is not changed in the store", async () => {
    const store = create();
    const { orderId } = full(newOrderId());
    await store.save(full(orderId));
    const mine = await store.load(orderId);
    if (!mine) return expect.unreachable();
    mine.events = {};
    expect(await store.load(orderId)).toEqual(full(orderId));
  });

  test("a payment is due from the moment it names, and no longer once it is at rest", async () => {
    const store = create();
    const dueAt = testNow - 900 * minute;
    const first: Payment = { ...full(newOrderId()), dueAt: iso(dueAt) };
    await store.save(first);
    expect((await store.due(dueAt - 1, 10)).orderIds).not.toContain(first.orderId);
    expect((await store.due(dueAt, 10)).orderIds).toContain(first.orderId);

    const later: Payment = { ...first, dueAt: iso(dueAt + minute), version: 2 };
    await store.save(later);
    expect((await store.due(dueAt, 10)).orderIds).not.toContain(first.orderId);
    expect((await store.due(dueAt + minute, 10)).orderIds).toContain(first.orderId);

    const { dueAt: _, ...atRest } = later;
    await store.save({ ...atRest, version: 3 });
    expect((await store.due(testNow - 800 * minute, 10)).orderIds).not.toContain(first.orderId);
  });

  test("a run is given no more than its limit, told that there are more, and by and by comes to all", async () => {
    const store = create();
    const dueAt = testNow - 1900 * minute;
    const waiting = new Map<string, Payment>();
    for (let each = 0; each < 24; each++) {
      const payment: Payment = { ...tombstone(newOrderId()), dueAt: iso(dueAt + each) };
      waiting.set(payment.orderId, payment);
      await store.save(payment);
    }
    const now = dueAt + minute;
    let more = true;
    for (let run = 1; more; run++) {
      const due = await store.due(now, 8);
      expect(due.orderIds.length).toBeLessThanOrEqual(8);
      expect(run).toBeLessThan(10);
      more = due.more;
      if (run === 1) expect(more).toBe(true);
      for (const orderId of due.orderIds) {
        const payment = waiting.get(orderId);
        if (!payment) return expect.unreachable(`${orderId} is not due, or was given twice`);
        const { dueAt: _, ...atRest } = payment;
        await store.save({ ...atRest, version: 2 });
        waiting.delete(orderId);
      }
    }
    expect([...waiting.keys()]).toEqual([]);
    expect(await store.due(now, 8)).toEqual({ orderIds: [], more: false });
  });
}
