// What every store of payments does; the in-memory one and DynamoDB's both pass it.
import { anEvent, testNow } from "@order-saga/messaging/testing";
import { dueStoreSuite, versionedStoreSuite } from "@order-saga/messaging/versioned-store.suite";
import { expect, test } from "vitest";
import { hear, type Payment } from "../payment.ts";
import type { PaymentStore } from "../ports.ts";

const minute = 60_000;
const iso = (at: number) => new Date(at).toISOString();

/** A record with every field a record can have. */
const full = (orderId: string): Payment => ({
  orderId,
  charge: {
    amount: 1987,
    currency: "EUR",
    paymentMethod: "pm_card_visa",
    decideBy: iso(testNow + 15 * minute),
    lines: [{ sku: "TEA-EARL-GREY", quantity: 1, unitPrice: 1987 }],
    principal: "ada",
  },
  stock: "RESERVED",
  cancelled: true,
  expired: false,
  authorization: { state: "AUTHORIZED", intentId: "pi_1" },
  decision: "CAPTURE",
  settlement: "CAPTURED",
  taken: 1987,
  refunds: [
    { id: "rf_1", amount: 613, source: "shop", status: "SUCCEEDED", at: iso(testNow), providerId: "re_1" },
  ],
  disputes: [{ id: "dp_1", amount: 1987, status: "OPENED", at: iso(testNow), reason: "fraudulent" }],
  events: {
    PaymentAuthorized: anEvent("PaymentAuthorized", { orderId }),
    PaymentCaptured: anEvent("PaymentCaptured", { orderId }),
  },
  deadline: iso(testNow + 15 * minute),
  ledgerEvents: [anEvent("RefundMade", { orderId })],
  unpublished: [anEvent("RefundMade", { orderId }).id],
  tries: 3,
  dueAt: iso(testNow + 2 * minute),
  version: 1,
});

/** What an event leaves that arrives before its order. */
const tombstone = (orderId: string): Payment =>
  hear(undefined, anEvent("StockReserved", { orderId }), testNow, { actionWithinSeconds: 600 });

/** `create` may give the same store every time: each test writes orders of its own, far apart in time. */
export function paymentStoreSuite(create: () => PaymentStore): void {
  let count = 0;
  const newOrderId = () => `ord_${(++count).toString(16).padStart(32, "0")}`;
  const first = () => full(newOrderId());

  versionedStoreSuite({
    create,
    first,
    changed: (record, n) => ({ ...record, deadline: iso(testNow + n * minute) }),
  });
  dueStoreSuite({ create, first, longAgo: testNow - 1900 * minute });

  test("a record of few fields is loaded as it was saved", async () => {
    const store = create();
    const payment = tombstone(newOrderId());
    expect(await store.save(payment)).toBe("written");
    expect(await store.load(payment.orderId)).toEqual(payment);
  });

  test("a field that a later version does not have is gone", async () => {
    const store = create();
    const payment = first();
    await store.save(payment);
    const { dueAt: _, ...rest } = payment;
    const atRest = { ...rest, unpublished: [], version: 2 };
    expect(await store.save(atRest)).toBe("written");
    expect(await store.load(payment.orderId)).toEqual(atRest);
  });
}
