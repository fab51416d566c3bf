// A card whose bank asks for the customer: asked only for stock that is held, waited for, given up in time.
import { anEvent, testNow, testOrderId } from "@order-saga/messaging/testing";
import { expect, test } from "vitest";
import { AMOUNT, anOrderPlaced, captured, voided } from "./gateway/gateway.suite.ts";
import { ASKS_CUSTOMER } from "./gateway/stripe-test-cards.ts";
import type { Heard } from "./payment.ts";
import { aService, type ServiceUnderTest } from "./testing.ts";
import { view } from "./views.ts";

const minute = 60_000;
const placed = anOrderPlaced({ paymentMethod: ASKS_CUSTOMER });
const reserved = anEvent("StockReserved");
const rejected = anEvent("StockRejected");
const cancel = anEvent("OrderCancelRequested");
const iso = (at: number) => new Date(at).toISOString();

async function take(service: ServiceUnderTest, ...events: Heard[]) {
  for (const event of events) expect(await service.deliver(event)).toEqual([]);
}

async function waiting(...events: Heard[]) {
  const service = aService();
  await take(service, ...(events.length > 0 ? events : [placed, reserved]));
  return service;
}

const shown = (service: ServiceUnderTest) => {
  const payment = service.payment();
  return payment && view(payment, "https://shop.example/back");
};

test.each([
  ["placed, then reserved", [placed, reserved]],
  ["reserved, then placed", [reserved, placed]],
])("%s: the customer is asked, once, with ten minutes to answer", async (_, events) => {
  const service = await waiting(...events);
  expect(service.published).toMatchObject([
    { type: "PaymentActionRequired", data: { actionBy: iso(testNow + 10 * minute) } },
  ]);
  await take(service, ...events);
  expect(new Set(service.said())).toEqual(new Set(["PaymentActionRequired"]));
  expect(shown(service)).toMatchObject({
    status: "action_required",
    actionBy: iso(testNow + 10 * minute),
    nextAction: { type: "stripe", returnUrl: "https://shop.example/back" },
  });
});

test("actionBy is no later than the time to decide", async () => {
  const late = anOrderPlaced({ paymentMethod: ASKS_CUSTOMER, decideBy: iso(testNow + 3 * minute) });
  const service = await waiting(late, reserved);
  expect(service.published[0]?.data).toEqual({ actionBy: iso(testNow + 3 * minute) });
});

test("without stock the customer is not asked, and has nothing to confirm with", async () => {
  const service = await waiting(placed);
  expect(service.said()).toEqual([]);
  expect(shown(service)).toMatchObject({ status: "pending" });
  expect(shown(service)).not.toHaveProperty("nextAction");
  await take(service, rejected);
  expect(service.said()).toEqual(["PaymentAborted", "PaymentVoided"]);
});

test("the customer says yes, and the provider rings: captured without a timer", async () => {
  const service = await waiting();
  service.gateway.byHand.answer(testOrderId, true);
  expect(await service.hearRing()).toBe(true);
  expect(service.said()).toEqual(["PaymentActionRequired", "PaymentAuthorized", "PaymentCaptured"]);
  expect(service.books()).toEqual(captured);
  expect(service.payment()).toMatchObject({ unpublished: [], settlement: "CAPTURED" });
  expect(service.payment()?.dueAt).toBeUndefined();
});

test("the customer says yes, and the ring is lost: looked up within two minutes", async () => {
  const service = await waiting();
  service.gateway.byHand.answer(testOrderId, true);
  service.clock.now += 2 * minute;
  await service.sweep();
  expect(service.books()).toEqual(captured);
});

test("the customer says no: declined with a reason to act on, and nobody can confirm the intent any more", async () => {
  const service = await waiting();
  service.gateway.byHand.answer(testOrderId, false);
  await service.hearRing();
  expect(service.published.at(-1)).toMatchObject({
    type: "PaymentDeclined",
    data: { stage: "authorize", reason: "authentication_failed" },
  });
  expect(service.asked.at(-1)).toBe("void");
  expect(service.gateway.intents()).toMatchObject([{ status: "canceled" }]);
  expect(shown(service)).toMatchObject({
    status: "declined",
    decline: { reason: "authentication_failed" },
  });
  expect(service.payment()?.dueAt).toBeUndefined();
});

test("the customer never answers: given up at actionBy, also if the provider is down", async () => {
  const service = await waiting();
  service.clock.now = testNow + 10 * minute - 1;
  await service.sweep();
  expect(service.said()).toEqual(["PaymentActionRequired"]);
  service.clock.now = testNow + 11 * minute;
  service.gateway.failNext("down", "down");
  await service.sweep();
  expect(service.said()).toEqual(["PaymentActionRequired", "PaymentAborted"]);
  expect(service.published.at(-1)?.data).toEqual({ reason: "expired", held: true });
  service.clock.now += 20 * minute;
  await service.sweep();
  expect(service.said().at(-1)).toBe("PaymentVoided");
  expect(service.books()).toEqual(voided);
});

test("a yes that only the timer hears at actionBy still counts", async () => {
  const service = await waiting();
  service.gateway.byHand.answer(testOrderId, true);
  service.clock.now = testNow + 10 * minute;
  await service.sweep();
  expect(service.books()).toEqual(captured);
});

test("a yes after the abort is voided, whoever rings", async () => {
  const service = await waiting();
  service.gateway.failNext("down");
  await take(service, cancel);
  service.gateway.byHand.answer(testOrderId, true);
  await service.hearRing();
  expect(service.said()).toEqual(["PaymentActionRequired", "PaymentAborted", "PaymentVoided"]);
  expect(service.books()).toEqual(voided);
});

test("the secret is in the record while the customer is asked, and nowhere else, and then nowhere", async () => {
  const service = await waiting();
  expect(JSON.stringify(service.payment())).toContain("_secret_");
  service.gateway.failNext("down");
  await take(service, cancel);
  expect(JSON.stringify(service.payment())).not.toContain("_secret_");
  const yes = await waiting();
  yes.gateway.byHand.answer(testOrderId, true);
  await yes.hearRing();
  for (const each of [service, yes]) {
    expect(JSON.stringify([each.payment(), each.published, each.lines])).not.toContain("_secret_");
  }
});

test("a doubled, a late and a senseless ring change nothing", async () => {
  const service = await waiting();
  service.gateway.byHand.answer(testOrderId, true);
  for (let time = 1; time <= 3; time++) expect(await service.hearRing()).toBe(true);
  const before = service.payment();
  expect(service.said()).toEqual(["PaymentActionRequired", "PaymentAuthorized", "PaymentCaptured"]);
  expect(await service.hearRing(`ord_${"e".repeat(32)}`)).toBe(true);
  expect(service.payment()).toEqual(before);
  expect(service.books()).toMatchObject({ captures: 1, captured: AMOUNT });
});

test("a provider that does not answer a ring is rung for again, later each time, and no message fails", async () => {
  const service = await waiting();
  service.gateway.failNext("down");
  expect(await service.hearRing()).toBe(true);
  expect(service.rung).toEqual([{ body: { intentId: `pi_${testOrderId}`, tries: 1 }, delaySeconds: 15 }]);
});
