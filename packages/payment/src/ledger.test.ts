// Refunds and disputes: never more than was taken, told only once the provider says so, and never for ever.
import { anEvent, testNow, testOrderId } from "@order-saga/messaging/testing";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { AMOUNT, anOrderPlaced, captured, refunded } from "./gateway/gateway.suite.ts";
import { freeOf, refundedOf, requestRefund } from "./ledger.ts";
import type { Heard } from "./payment.ts";
import { aService, type ServiceUnderTest } from "./testing.ts";

const minute = 60_000;
const line = { sku: "TEA-EARL-GREY", name: "Earl Grey", quantity: 3, unitPrice: 331 };
const other = { sku: "CUP", name: "Cup", quantity: 2, unitPrice: 497 };
const lines = [line, other];
/** 3 × 331 + 2 × 497. */
const total = 1987;
const placed = anOrderPlaced({ lines, amount: total });
const reserved = anEvent("StockReserved");
const cancel = anEvent("OrderCancelRequested");

async function take(service: ServiceUnderTest, ...events: Heard[]) {
  for (const event of events) expect(await service.deliver(event)).toEqual([]);
}

async function sold(...events: Heard[]) {
  const service = aService();
  await take(service, placed, reserved, ...events);
  service.published.length = 0;
  return service;
}

let count = 0;
/** A clerk asks for a refund; what the rule answers, and the record with it. */
async function ask(service: ServiceUnderTest, given: object, id = `rf_${++count}`) {
  const payment = service.payment();
  if (!payment) return expect.unreachable();
  const asked = requestRefund(
    payment,
    { id, fingerprint: JSON.stringify(given), ...given },
    service.clock.now,
  );
  if ("payment" in asked && asked.isNew)
    await service.store.save({ ...asked.payment, version: payment.version + 1 });
  return asked;
}

const eventsOf = (service: ServiceUnderTest) =>
  service.published.map(({ data, type }) => ({ type, ...(data as object) }));

test("a part is given back: one event, the rest stays, and a duplicate ring gives nothing more", async () => {
  const service = await sold();
  expect(await ask(service, { amount: 613, sealedReason: "bruised" }, "rf_a")).toMatchObject({ isNew: true });
  await service.hearRing();
  await service.hearRing();
  expect(eventsOf(service)).toEqual([
    { type: "RefundMade", refundId: "rf_a", amount: 613, currency: "EUR", source: "shop" },
  ]);
  expect(service.books()).toEqual({ ...captured, refunded: 613 });
});

test("by lines: their price, and what goes back on the shelf", async () => {
  const service = await sold();
  const back = {
    lines: [
      { sku: "TEA-EARL-GREY", quantity: 2, restock: true },
      { sku: "CUP", quantity: 1, restock: false },
    ],
  };
  await ask(service, back, "rf_b");
  await service.hearRing();
  expect(eventsOf(service)).toEqual([
    {
      type: "RefundMade",
      refundId: "rf_b",
      amount: 2 * 331 + 497,
      currency: "EUR",
      source: "shop",
      restock: [{ sku: "TEA-EARL-GREY", quantity: 2 }],
    },
  ]);
  expect(await ask(service, { lines: [{ sku: "TEA-EARL-GREY", quantity: 2, restock: true }] })).toEqual({
    refusal: "refund-too-large",
    free: total - 1159,
  });
  expect(await ask(service, { lines: [{ sku: "NONE", quantity: 1, restock: true }] })).toMatchObject({
    refusal: "refund-too-large",
  });
});

test("two requests for the whole at once give it back once", async () => {
  const service = await sold();
  const [one, two] = [await ask(service, { amount: total }), await ask(service, { amount: total })];
  expect(one).toMatchObject({ isNew: true });
  expect(two).toEqual({ refusal: "refund-too-large", free: 0 });
});

test("the same request again is the same refund, and with another amount is refused", async () => {
  const service = await sold();
  await ask(service, { amount: 613 }, "rf_c");
  expect(await ask(service, { amount: 613 }, "rf_c")).toMatchObject({
    isNew: false,
    refund: { amount: 613 },
  });
  expect(await ask(service, { amount: 614 }, "rf_c")).toEqual({ refusal: "idempotency-key-reused" });
});

test("nothing is refunded before it is captured, nor in parts that the currency does not have", async () => {
  const early = aService();
  await take(early, placed);
  expect(await ask(early, { amount: 1 })).toEqual({ refusal: "not-captured" });
  const dinars = aService();
  await take(
    dinars,
    anOrderPlaced({ currency: "KWD", amount: 1990, lines: [{ ...line, quantity: 1, unitPrice: 1990 }] }),
    reserved,
  );
  expect(await ask(dinars, { amount: 1005 })).toEqual({ refusal: "refund-not-in-steps", step: 10 });
});

test("a refund that is pending is told only when it is made", async () => {
  const service = await sold();
  service.gateway.refundNext("pending");
  await ask(service, { amount: 613 }, "rf_d");
  await service.hearRing();
  expect(service.said()).toEqual([]);
  expect(service.payment()?.refunds).toMatchObject([{ status: "PENDING" }]);
  const [{ providerId = "" } = {}] = service.payment()?.refunds ?? [];
  service.gateway.byHand.settleRefund(providerId, "SUCCEEDED");
  service.clock.now += 3 * minute;
  await service.sweep();
  expect(service.said()).toEqual(["RefundMade"]);
});

test("a refund that fails after all is told as failed, pages somebody, and its share is free again", async () => {
  const service = await sold();
  service.gateway.refundNext("pending");
  await ask(service, { amount: 613 }, "rf_e");
  await service.hearRing();
  const [{ providerId = "" } = {}] = service.payment()?.refunds ?? [];
  service.gateway.byHand.settleRefund(providerId, "FAILED", "expired_or_canceled_card");
  await service.hearRing();
  expect(eventsOf(service)).toMatchObject([
    { type: "RefundFailed", refundId: "rf_e", amount: 613, code: "expired_or_canceled_card" },
  ]);
  expect(service.lines.join("\n")).toContain("a refund failed");
  const payment = service.payment();
  expect(payment && freeOf(payment)).toBe(total);
  expect(await ask(service, { amount: total })).toMatchObject({ isNew: true });
});

test("a cancellation's refund that is refused is asked for once, and ends as failed", async () => {
  const service = await sold();
  service.gateway.refundNext("refused");
  await take(service, cancel);
  expect(eventsOf(service)).toMatchObject([
    { type: "RefundFailed", refundId: "cancellation-1", amount: total, source: "cancellation" },
  ]);
  expect(service.payment()).toMatchObject({ settlement: "REFUND_FAILED" });
  for (const later of [3, 20, 600, 10_000]) {
    service.clock.now = testNow + later * minute;
    await service.sweep();
    await service.hearRing();
    await take(service, cancel);
  }
  expect(service.asked.filter((kind) => kind === "refund")).toHaveLength(1);
  expect(service.books()).toMatchObject({ refunded: 0 });
});

test("what a person gives back by hand after that ends the cancellation", async () => {
  const service = await sold();
  service.gateway.refundNext("refused");
  await take(service, cancel);
  service.gateway.byHand.refund(testOrderId, total);
  await service.hearRing();
  expect(service.payment()).toMatchObject({ settlement: "REFUNDED" });
  expect(service.said()).toEqual(["RefundFailed", "RefundMade", "PaymentRefunded"]);
});

test("a cancellation gives back what is left after a part was refunded", async () => {
  const service = await sold();
  await ask(service, { amount: 613 });
  await service.hearRing();
  await take(service, cancel);
  expect(service.said()).toEqual(["RefundMade", "PaymentRefunded"]);
  expect(service.payment()?.refunds.map(({ amount }) => amount)).toEqual([613, total - 613]);
  expect(service.books()).toEqual({ ...refunded, refunded: total });
});

test("a refund by hand that nobody told of leaves too little: the rest is asked for, and all is given back", async () => {
  const service = await sold();
  service.gateway.byHand.refund(testOrderId, 613);
  await take(service, cancel);
  expect(service.payment()).toMatchObject({
    settlement: "REFUNDED",
    refunds: [
      { id: "cancellation-1", status: "OVERTAKEN" },
      { source: "provider", amount: 613 },
      { id: "cancellation-2", status: "SUCCEEDED", amount: total - 613 },
    ],
  });
  expect(new Set(service.said())).toEqual(new Set(["RefundMade", "PaymentRefunded"]));
});

test("a refund and a dispute in the provider's dashboard reach the ledger, each once", async () => {
  const service = await sold();
  service.gateway.byHand.refund(testOrderId, 495);
  service.gateway.byHand.dispute(testOrderId, "OPENED");
  await service.hearRing();
  await service.hearRing();
  service.gateway.byHand.dispute(testOrderId, "LOST");
  await service.hearRing();
  service.gateway.byHand.dispute(testOrderId, "OPENED"); // An older look.
  await service.hearRing();
  expect(eventsOf(service)).toMatchObject([
    { type: "RefundMade", amount: 495, source: "provider" },
    { type: "DisputeOpened", amount: total, reason: "fraudulent" },
    { type: "DisputeClosed", outcome: "lost" },
  ]);
  expect(new Set(service.published.map(({ id }) => id)).size).toBe(3);
});

test("captured in part by another hand before ours: recorded as it is, and flagged", async () => {
  const service = aService();
  await take(service, placed);
  service.gateway.byHand.take(testOrderId, 500);
  await take(service, reserved);
  expect(service.published.at(-1)).toMatchObject({ type: "PaymentCaptured", data: { amount: 500 } });
  expect(service.lines.join("\n")).toContain("less was captured than the order costs");
  await take(service, cancel);
  expect(service.books()).toMatchObject({ refunded: 500 });
  expect(service.payment()).toMatchObject({ settlement: "REFUNDED" });
});

test("captured by another hand after the abort: given back, and told as voided alone", async () => {
  const service = aService();
  await take(service, placed);
  service.gateway.failNext("down");
  await take(service, cancel);
  service.gateway.byHand.take(testOrderId);
  await service.hearRing();
  expect(service.said()).toEqual(["PaymentAuthorized", "PaymentAborted", "PaymentVoided"]);
  expect(service.payment()).toMatchObject({ settlement: "VOIDED", refunds: [{ id: "abort-1" }] });
  expect(service.gateway.intents()).toMatchObject([{ received: total, refunded: total, captures: 0 }]);
});

test("the same found by the void itself, and a refund of it that fails: a person's work", async () => {
  const service = aService();
  await take(service, placed);
  service.gateway.byHand.take(testOrderId);
  service.gateway.refundNext("refused");
  await take(service, cancel);
  expect(service.said()).toEqual(["PaymentAuthorized", "PaymentAborted", "RefundFailed"]);
  expect(service.payment()).toMatchObject({ settlement: "REFUND_FAILED" });
  expect(service.payment()?.dueAt).toBeUndefined();
});

type Step = { refund: number } | { byHand: number } | "ring" | "cancel" | "sweep" | "settle" | "fail";

test("whatever clerks, customers and hands at the provider ask for: never more is given back than was taken", async () => {
  const step = fc.oneof<fc.Arbitrary<Step>[]>(
    fc.record({ refund: fc.integer({ min: 1, max: total }) }),
    fc.record({ byHand: fc.integer({ min: 1, max: 700 }) }),
    fc.constantFrom("ring", "ring", "cancel", "sweep", "settle", "fail"),
  );
  const outcomes = fc.array(fc.constantFrom("pending", "failed", "refused"), { maxLength: 2 });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 12 }), outcomes, async (steps, given) => {
      const service = await sold();
      service.gateway.refundNext(...given);
      for (const each of steps) await act(service, each);
      for (let run = 0; run < 4; run++) {
        service.clock.now += 120 * minute;
        await service.sweep();
        await service.hearRing();
      }
      const payment = service.payment();
      const [intent] = service.gateway.intents();
      if (!payment || !intent) return expect.unreachable();
      expect(intent.refunded).toBeLessThanOrEqual(total);
      expect(refundedOf(payment)).toBeLessThanOrEqual(intent.received);
      // One that a duplicate says again is the same, byte by byte.
      const made = service.published.filter(({ type }) => type === "RefundMade");
      const ids = new Set(made.map(({ id }) => id));
      expect(new Set(made.map((event) => JSON.stringify(event))).size).toBe(ids.size);
      const told = payment.refunds.filter(
        ({ source, status }) => status === "SUCCEEDED" && /shop|provider/.test(source),
      );
      expect(ids.size).toBeGreaterThanOrEqual(told.length);
      if (payment.settlement === "REFUNDED") expect(intent.refunded).toBe(total);
      expect(payment.refunds.some(({ status }) => status === "REQUESTED")).toBe(false);
      expect(service.payment()?.unpublished).toEqual([]);
    }),
    // The provider's stand-in once let a failed refund succeed.
    { numRuns: 60, examples: [[["cancel", "fail", "settle"], ["pending"]]] },
  );
});

async function act(service: ServiceUnderTest, step: Step): Promise<void> {
  if (typeof step === "object" && "refund" in step) return void (await ask(service, { amount: step.refund }));
  if (typeof step === "object") {
    const [intent] = service.gateway.intents();
    const isLeft = intent && intent.received - intent.refunded >= step.byHand;
    if (isLeft) service.gateway.byHand.refund(testOrderId, step.byHand);
    return;
  }
  const pending = service.payment()?.refunds.find(({ status }) => status === "PENDING");
  if (step === "settle") service.gateway.byHand.settleRefund(pending?.providerId ?? "", "SUCCEEDED");
  if (step === "fail") service.gateway.byHand.settleRefund(pending?.providerId ?? "", "FAILED");
  if (step === "cancel") await take(service, cancel);
  if (step === "ring") await service.hearRing();
  if (step === "sweep") {
    service.clock.now += 3 * minute;
    await service.sweep();
  }
}

test("the amount of this suite is odd, so that a part that is rounded is seen", () => {
  expect(lines.reduce((sum, each) => sum + each.quantity * each.unitPrice, 0)).toBe(total);
  expect(total).toBe(AMOUNT);
});
