// Customers whom their bank asks, other hands on a payment, and the webhooks by which the shop hears of them.
import { readBooks } from "@order-saga/invariants/books";
import { violationsAtRest } from "@order-saga/invariants/invariants";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import type { GivenFault } from "../src/faults/fault.ts";
import { recover } from "../src/testing/recover.ts";
import { type Saga, startSaga } from "../src/testing/saga.ts";

let saga: Saga;
beforeAll(async () => {
  saga = await startSaga();
});
afterAll(() => saga.stop());

afterEach(async () => {
  saga.runtime.faults.remove();
  await recover(saga);
  expect(violationsAtRest(await readBooks(saga.runtime), saga.runtime.witness.seen())).toEqual([]);
});

const ASKING = "pm_card_authenticationRequired";
const headers = { "x-order-saga": "test" };
const hand = (orderId: string, act: string, body: object = {}) =>
  saga.request("POST", `/__local/payments/${orderId}/${act}`, { body, headers });
const atProvider = async (orderId: string) =>
  (await saga.request("GET", `/__local/payments/${orderId}`, { headers })).body as unknown as {
    intent: { status: string; amountReceived: number; amountRefunded: number };
    refunds: object[];
    disputes: object[];
  };
const paymentOf = async (orderId: string) => (await saga.request("GET", `/orders/${orderId}/payment`)).body;
const statusOf = async (orderId: string) => (await saga.order(orderId)).status;
const isAsked = (orderId: string) => expect.poll(() => statusOf(orderId)).toBe("ACTION_REQUIRED");

test("a customer whose bank asks says yes, and the order goes on within a moment", async () => {
  const orderId = await saga.place({ paymentMethod: ASKING });
  await isAsked(orderId);
  expect((await hand(orderId, "authenticate", { outcome: "succeeded" })).status).toBe(200);
  expect(await saga.settled(orderId)).toBe("CONFIRMED");
  expect((await hand(orderId, "authenticate", { outcome: "succeeded" })).status).toBe(409);
});

test("a customer who says no ends the order, with the reason", async () => {
  const orderId = await saga.place({ paymentMethod: ASKING });
  await isAsked(orderId);
  await hand(orderId, "authenticate", { outcome: "failed" });
  expect(await saga.settled(orderId)).toBe("REJECTED");
  expect((await saga.order(orderId)).reason).toBe("authentication_failed");
});

test("the bank's page leads back to the shop, and the shop has heard meanwhile", async () => {
  const orderId = await saga.place({ paymentMethod: ASKING });
  await isAsked(orderId);
  const { nextAction } = (await paymentOf(orderId)) as { nextAction: { clientSecret: string } };
  const [intentId = ""] = nextAction.clientSecret.split("_secret_");
  const answer = await fetch(`${saga.runtime.aws.url}/v1/authenticate/${intentId}`, {
    method: "POST",
    body: new URLSearchParams({ client_secret: nextAction.clientSecret, outcome: "succeeded" }),
    redirect: "manual",
  });
  const back = new URL(answer.headers.get("location") ?? "");
  expect([answer.status, back.origin, back.pathname]).toEqual([303, saga.runtime.url, "/console/shop"]);
  expect(await saga.settled(orderId)).toBe("CONFIRMED");
});

test("a lost webhook costs the customer a minute, and no order", async () => {
  saga.runtime.faults.set([{ kind: "webhook", outcome: "lost" }]);
  const orderId = await saga.place({ paymentMethod: ASKING });
  await isAsked(orderId);
  await hand(orderId, "authenticate", { outcome: "succeeded" });
  await expect.poll(() => saga.runtime.functions.running()).toBe(0);
  expect(saga.runtime.aws.payments.webhooks.latest(1)).toMatchObject([{ fault: "lost", attempts: [] }]);
  expect(await statusOf(orderId)).toBe("ACTION_REQUIRED");
  await recover(saga);
  expect(await statusOf(orderId)).toBe("CONFIRMED");
});

test.each<GivenFault & { kind: "webhook" }>([
  { kind: "webhook", outcome: "doubled" },
  { kind: "webhook", outcome: "forged" },
  { kind: "webhook", outcome: "reordered", seconds: 2 },
])("a webhook that is $outcome changes nothing about the end", async (fault) => {
  saga.runtime.faults.set([fault], 3);
  const orderId = await saga.place({ paymentMethod: ASKING });
  await isAsked(orderId);
  await hand(orderId, "authenticate", { outcome: "succeeded" });
  expect(await saga.settled(orderId)).toBe("CONFIRMED");
  const { deliveries } = (await saga.request("GET", "/__local/webhooks", { headers })).body as unknown as {
    deliveries: { forgery?: string; attempts: { status: number }[] }[];
  };
  for (const { attempts, forgery } of deliveries)
    for (const { status } of attempts) expect([forgery, status]).toEqual([forgery, forgery ? 400 : 200]);
});

test("a refund in the dashboard is on the order, and restocks nothing", async () => {
  const orderId = await saga.place();
  expect(await saga.settled(orderId)).toBe("CONFIRMED");
  expect((await hand(orderId, "refund", { amount: 107 })).status).toBe(200);
  await saga.until(orderId, "RefundMade");
  await saga.idle();
  expect(await saga.order(orderId)).toMatchObject({ status: "CONFIRMED", refunded: 107 });
  expect((await hand(orderId, "refund", { amount: 100_000 })).body).toMatchObject({
    type: expect.stringContaining("amount_too_large"),
  });
});

test("a dispute is on the order from its beginning to its end", async () => {
  const orderId = await saga.place();
  await saga.settled(orderId);
  await hand(orderId, "dispute", { reason: "product_not_received", amount: 501 });
  await saga.until(orderId, "DisputeOpened");
  await hand(orderId, "dispute", { outcome: "lost" });
  await saga.until(orderId, "DisputeClosed");
  expect((await atProvider(orderId)).disputes).toMatchObject([{ amount: 501, status: "lost" }]);
});

test("an order cancelled after another hand took the money gives it back", async () => {
  const mapping = saga.runtime.mappings.get("inventory-reserve-stock");
  await mapping?.disable();
  const orderId = await saga.place();
  await saga.until(orderId, "PaymentAuthorized");
  expect((await hand(orderId, "capture", {})).status).toBe(200);
  await saga.cancel(orderId);
  mapping?.enable();
  await recover(saga);
  expect(await statusOf(orderId)).toBe("CANCELLED");
  const { intent } = await atProvider(orderId);
  expect(intent.amountReceived).toBeGreaterThan(0);
  expect(intent.amountRefunded).toBe(intent.amountReceived);
});

test("a payment that is not there, and a body that is none, are named", async () => {
  const nobody = `ord_${"0".repeat(32)}`;
  expect((await hand(nobody, "refund")).status).toBe(404);
  expect((await saga.request("GET", "/__local/payments/nonsense", { headers })).status).toBe(404);
  const orderId = await saga.place();
  await saga.settled(orderId);
  expect((await hand(orderId, "refund", { amount: 0 })).status).toBe(400);
  expect((await hand(orderId, "authenticate", { outcome: "maybe" })).status).toBe(400);
  expect(JSON.stringify(await atProvider(orderId))).not.toContain("_secret_");
});
