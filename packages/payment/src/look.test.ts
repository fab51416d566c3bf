// What a look at the provider adds to the record: never less than is known, by whichever hand money moved.
import { anEvent, testNow, testOrderId } from "@order-saga/messaging/testing";
import { expect, test } from "vitest";
import { join, type Look } from "./look.ts";
import { hear, nextCall, type Payment } from "./payment.ts";

const terms = { actionWithinSeconds: 600 };
const cause = { causationId: null, now: testNow + 7000 };
/** Minor units; odd, so that an amount that was halved, rounded or scaled is another one. */
const AMOUNT = 1983;
const SHORT = 1001;

type Fact = "StockReserved" | "StockRejected" | "OrderCancelRequested";
const placed = anEvent("OrderPlaced", { data: { amount: AMOUNT } });
const pending = (...facts: Fact[]): Payment =>
  facts.reduce(
    (payment, type) => hear(payment, anEvent(type), testNow, terms),
    hear(undefined, placed, testNow, terms),
  );

const looked = (payment: Payment, intent: Look["intent"], more: Partial<Look> = {}) =>
  join(
    payment,
    { intentId: "pi_7", orderId: testOrderId, intent, refunds: [], disputes: [], ...more },
    cause,
    terms,
  );
const authorized = { kind: "authorized", intentId: "pi_7" } as const;
const taken = (amount: number) => ({ kind: "taken", amount }) as const;

test("what the provider does not know itself changes nothing", () => {
  const payment = pending("StockReserved");
  expect(looked(payment, { kind: "processing" })).toBe(payment);
});

test("an authorisation that was found is decided on, in one write, and an older look takes nothing back", () => {
  const payment = { ...pending("StockReserved"), tries: 5 };
  const found = looked(payment, authorized);
  expect(found).toMatchObject({
    authorization: { state: "AUTHORIZED", intentId: "pi_7" },
    decision: "CAPTURE",
    tries: 0,
    version: payment.version + 1,
  });
  expect(nextCall(found)).toMatchObject({ kind: "capture", intentId: "pi_7" });
  for (const intent of [authorized, { kind: "declined", code: "x", reason: "card_declined" } as const])
    expect(looked(found, intent)).toBe(found);
});

test("what our own call took without an answer is captured, as much as was really taken", () => {
  const found = looked(looked(pending("StockReserved"), authorized), taken(SHORT));
  expect(found).toMatchObject({ settlement: "CAPTURED", taken: SHORT });
  expect(found.events.PaymentCaptured?.data).toEqual({ amount: SHORT, currency: "EUR" });
  expect(looked(found, taken(SHORT))).toBe(found);
});

test("taken before the stock is known: remembered, decided by the stock, and learnt anew if it is more", () => {
  const found = looked(pending(), taken(SHORT));
  expect(found).toMatchObject({ taken: SHORT, authorization: { state: "AUTHORIZED", intentId: "pi_7" } });
  expect(found.decision).toBeUndefined();
  expect(found.events.PaymentAuthorized).toBeDefined();
  expect(looked(found, taken(SHORT))).toBe(found);
  expect(looked(found, taken(AMOUNT)).taken).toBe(AMOUNT);
  const reserved = hear(found, anEvent("StockReserved"), testNow, terms);
  expect(nextCall(reserved)).toMatchObject({ kind: "capture", intentId: "pi_7" });
});

test("taken by another hand after the abort: its refund is due, and nothing says that it was captured", () => {
  const found = looked(pending("OrderCancelRequested"), taken(SHORT));
  expect(found).toMatchObject({ decision: "ABORT", taken: SHORT });
  expect(found.refunds).toMatchObject([
    { id: "abort-1", amount: SHORT, source: "abort", status: "REQUESTED" },
  ]);
  expect(found.events).not.toHaveProperty("PaymentCaptured");
  const back = looked(found, taken(SHORT), {
    refunds: [
      { providerId: "re_7", refundId: "abort-1", amount: SHORT, status: "SUCCEEDED", at: placed.occurredAt },
    ],
  });
  expect(back).toMatchObject({ settlement: "VOIDED", refunds: [{ providerId: "re_7" }] });
});

test("a hold that is gone after the abort is said to be gone, once", () => {
  const found = looked(pending("StockRejected"), { kind: "voided" });
  expect(found).toMatchObject({ decision: "ABORT", settlement: "VOIDED" });
  expect(found.events.PaymentVoided?.data).toEqual({ authorized: false });
  expect(looked(looked(pending("OrderCancelRequested"), authorized), { kind: "voided" })).toMatchObject({
    events: { PaymentVoided: { data: { authorized: true } } },
  });
  const held = looked(looked(pending("StockRejected"), authorized), { kind: "voided" });
  expect(looked(held, { kind: "voided" })).toBe(held);
});

test("an intent that was given up before anything was decided is a decline", () => {
  const found = looked(pending("StockReserved"), { kind: "voided" });
  expect(found).toMatchObject({ decision: "ABORT", settlement: "DECLINED" });
  expect(found.events.PaymentDeclined?.data).toEqual({
    stage: "authorize",
    code: "payment_intent_canceled",
    reason: "card_declined",
  });
  expect(found.events).not.toHaveProperty("PaymentVoided");
});

test("a hold that lapsed after the decision to capture is left to the capture, which says how it failed", () => {
  const decided = looked(pending("StockReserved"), authorized);
  expect(looked(decided, { kind: "voided" })).toBe(decided);
});
