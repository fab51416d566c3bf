// The routes of payment: a customer sees their own payment, a clerk refunds any, and a webhook only rings.
import { createHash } from "node:crypto";
import { groupOf } from "@order-saga/contracts";
import type { AuthenticatedRequest, HttpRequest } from "@order-saga/messaging/http";
import { createMemoryKeys, memoryPersonalData } from "@order-saga/messaging/personal-data/memory";
import { customerOf } from "@order-saga/messaging/personal-data/sealing";
import type { Task } from "@order-saga/messaging/tasks";
import { anEvent, testNow, testOrderId } from "@order-saga/messaging/testing";
import { expect, test } from "vitest";
import { AMOUNT, anOrderPlaced } from "./gateway/gateway.suite.ts";
import type { Heard } from "./payment.ts";
import { ringTask } from "./ring.ts";
import { getPaymentHandler, hearWebhookHandler, requestRefundHandler } from "./routes.ts";
import { aService } from "./testing.ts";

const placed = anOrderPlaced();
const reserved = anEvent("StockReserved");

const keys = createMemoryKeys();

async function aShop(...events: Heard[]) {
  const service = aService();
  for (const event of events) await service.deliver(event);
  const hash = (text: string) => createHash("sha256").update(text).digest("hex");
  const personalData = memoryPersonalData(keys);
  // As orders did when it took the order.
  await personalData.seal("ada", testOrderId, "her contact");
  const get = getPaymentHandler({ ...service, personalData });
  return { service, get, refund: requestRefundHandler({ ...service, hash, personalData }) };
}

const log = Object.assign(() => {}, { with: () => log }) as unknown as HttpRequest<undefined>["log"];

function asking<B>(body: B, principal = "ada", key = "refund-0000000001", orderId = testOrderId) {
  const request: AuthenticatedRequest<B> = {
    body,
    principal,
    path: { orderId },
    query: {},
    header: (name) => (name === "idempotency-key" ? key : undefined),
    bytes: () => Buffer.from(""),
    now: testNow,
    log,
    about: () => {},
  };
  return request;
}

const problemOf = async (answer: Promise<unknown>) =>
  answer.then(
    () => expect.unreachable("it was answered"),
    ({ problem }) => problem,
  );

test("a customer sees their own payment, and nobody else's", async () => {
  const { get } = await aShop(placed, reserved);
  expect(await get(asking(undefined))).toMatchObject({
    status: 200,
    headers: { "cache-control": "private, no-store" },
    body: {
      orderId: testOrderId,
      status: "captured",
      amount: AMOUNT,
      currency: "EUR",
      authorized: AMOUNT,
      captured: AMOUNT,
      refunded: 0,
      refunds: [],
      disputes: [],
    },
  });
  for (const request of [
    asking(undefined, "eve"),
    asking(undefined, "ada", "", `ord_${"0".repeat(32)}`),
    asking(undefined, "ada", "", "x"),
  ])
    expect(await problemOf(get(request))).toMatchObject({ status: 404, type: "unknown-order" });
});

test("a payment whose order nobody named is nobody's", async () => {
  const { placedBy: _, ...data } = placed.data;
  const { get } = await aShop({ ...placed, data });
  expect(await problemOf(get(asking(undefined, "undefined")))).toMatchObject({ status: 404 });
});

test("a clerk refunds a part of anybody's order: 202, rung for, and once for the same key", async () => {
  const { refund, service } = await aShop(placed, reserved);
  const first = await refund(asking({ amount: 613, reason: "bruised" }, "clerk"));
  expect(first).toMatchObject({
    status: 202,
    body: {
      amount: 613,
      status: "requested",
      source: "shop",
      reason: "bruised",
      id: expect.stringMatching(/^rf_/),
    },
  });
  const written = service.payment();
  expect(await refund(asking({ amount: 613, reason: "bruised" }, "clerk"))).toEqual(first);
  expect(service.payment()).toEqual(written);
  expect(written?.refunds).toHaveLength(1);
  expect(service.rung).toEqual(
    Array(2).fill(ringTask({ intentId: `pi_${testOrderId}`, orderId: testOrderId })),
  );
  await service.hearRing();
  expect(service.books()).toMatchObject({ refunded: 613 });
  expect(await refund(asking({ amount: 613, reason: "bruised" }, "clerk"))).toMatchObject({
    body: { status: "succeeded" },
  });
});

test.each([
  [{ amount: AMOUNT + 1 }, "refund-0000000001", 422, "refund-too-large"],
  [{ amount: 1 }, "short", 400, "invalid-idempotency-key"],
])("%j is refused", async (body, key, status, type) => {
  const { refund, service } = await aShop(placed, reserved);
  expect(await problemOf(refund(asking(body, "clerk", key)))).toMatchObject({ status, type });
  expect(service.payment()?.refunds).toEqual([]);
  expect(service.rung).toEqual([]);
});

test("the same key with another amount, an order that is not captured, and none at all are refused", async () => {
  const { refund } = await aShop(placed, reserved);
  await refund(asking({ amount: 613 }, "clerk"));
  expect(await problemOf(refund(asking({ amount: 614 }, "clerk")))).toMatchObject({
    type: "idempotency-key-reused",
  });
  const early = await aShop(placed);
  expect(await problemOf(early.refund(asking({ amount: 1 }, "clerk")))).toMatchObject({
    status: 409,
    type: "not-captured",
  });
  const none = await aShop();
  expect(await problemOf(none.refund(asking({ amount: 1 }, "clerk")))).toMatchObject({ status: 404 });
});

test("an order of which payment knows only its stock is known to no clerk and no customer", async () => {
  const { get, refund } = await aShop(reserved);
  expect(await problemOf(refund(asking({ amount: 1 }, "clerk")))).toMatchObject({ status: 404 });
  expect(await problemOf(get(asking(undefined)))).toMatchObject({ status: 404 });
});

test("the same words under another key, of another clerk or of another order are another refund", async () => {
  const otherId = `ord_${"1".repeat(32)}`;
  const { refund } = await aShop(
    placed,
    reserved,
    anOrderPlaced({}, otherId),
    anEvent("StockReserved", { orderId: otherId }),
  );
  const key = "refund-0000000001";
  const ids: string[] = [];
  for (const request of [
    asking({ amount: 1 }, "clerk", key),
    asking({ amount: 1 }, "clerk", `2${key}`),
    asking({ amount: 1 }, "clerk2", key),
    asking({ amount: 1 }, "clerk", key, otherId),
  ])
    ids.push(((await refund(request)).body as { id: string }).id);
  expect(new Set(ids).size).toBe(4);
  for (const id of ids) expect(id).toMatch(/^rf_[0-9a-f]{32}$/);
});

test("what the provider has answered already is not rung for again", async () => {
  const { refund, service } = await aShop(placed, reserved);
  await refund(asking({ amount: 613 }, "clerk"));
  await service.hearRing();
  service.rung.length = 0;
  await refund(asking({ amount: 613 }, "clerk"));
  expect(service.rung).toEqual([]);
});

test("a refusal says how much may be refunded, and in what steps the provider gives back", async () => {
  const { refund } = await aShop(placed, reserved);
  const tooLarge = await problemOf(refund(asking({ amount: AMOUNT + 1 }, "clerk")));
  expect(tooLarge.detail).toContain(`${AMOUNT} minor units of EUR`);
  const dinars = await aShop(anOrderPlaced({ currency: "KWD", amount: 1990 }), reserved);
  const uneven = await problemOf(dinars.refund(asking({ amount: 1005 }, "clerk")));
  expect(uneven).toMatchObject({ status: 422, type: "refund-not-in-steps" });
  expect(uneven.detail).toContain("KWD");
  expect(uneven.detail).toContain("10 minor units");
});

test("what is no order's id is looked up nowhere", async () => {
  const load = async () => expect.unreachable();
  const get = getPaymentHandler({ store: { load }, personalData: memoryPersonalData() });
  expect(await problemOf(get(asking(undefined, "ada", "", "x")))).toMatchObject({ status: 404 });
});

test("two clerks at once cannot give back more than was taken", async () => {
  const { refund, service } = await aShop(placed, reserved);
  const both = await Promise.allSettled([
    refund(asking({ amount: 1500 }, "one")),
    refund(asking({ amount: 1500 }, "two")),
  ]);
  expect(both.map(({ status }) => status).toSorted()).toEqual(["fulfilled", "rejected"]);
  await service.hearRing();
  expect(service.books()).toMatchObject({ refunded: 1500 });
});

test("a webhook is judged by its own signature and bytes at the time it came, and a bad one is logged", async () => {
  const judged: unknown[] = [];
  const logged: unknown[] = [];
  const handle = hearWebhookHandler({
    signatureFault: (bytes, signature, now) => {
      judged.push(bytes.toString(), signature, now);
      return "TooOld";
    },
    intentToLookAt: () => expect.unreachable(),
    ring: async () => expect.unreachable(),
  });
  const request = {
    ...asking(undefined),
    bytes: () => Buffer.from("{}"),
    header: (name: string) => (name === "stripe-signature" ? "t=1,v1=2" : undefined),
    log: ((...line: unknown[]) => void logged.push(line)) as unknown as typeof log,
  };
  expect(await problemOf(handle(request))).toMatchObject({ status: 400, type: "invalid-signature" });
  expect(judged).toEqual(["{}", "t=1,v1=2", testNow]);
  expect(logged).toEqual([["warn", expect.any(String), { errorName: "TooOld" }]]);
});

function aWebhook(fault: string | undefined, intentId: string | undefined, orderId?: string) {
  const rung: Task[] = [];
  const handle = hearWebhookHandler({
    signatureFault: () => fault,
    intentToLookAt: (bytes) =>
      bytes.length === 0 ? JSON.parse("") : intentId === undefined ? undefined : { intentId, orderId },
    ring: async (tasks) => void rung.push(...tasks),
  });
  const hear = (text: string) => handle({ ...asking(undefined), bytes: () => Buffer.from(text) });
  return { hear, rung };
}

test("a webhook with a good signature rings with the intent, in its customer's turn, and one that is no news does not", async () => {
  const news = aWebhook(undefined, "pi_1");
  expect(await news.hear("{}")).toEqual({ status: 200, body: { queued: true } });
  expect(news.rung).toEqual([{ body: { intentId: "pi_1" } }]);
  const ofOrder = aWebhook(undefined, "pi_1", testOrderId);
  await ofOrder.hear("{}");
  expect(ofOrder.rung).toEqual([
    { body: { intentId: "pi_1", orderId: testOrderId }, group: groupOf(testOrderId) },
  ]);
  const none = aWebhook(undefined, undefined);
  expect(await none.hear("{}")).toEqual({ status: 200, body: { queued: false } });
  expect(none.rung).toEqual([]);
});

test("a bad signature and what is no event are 400, and ring nobody", async () => {
  for (const [webhook, text] of [
    [aWebhook("BadSignature", "pi_1"), "{}"],
    [aWebhook("TooOld", "pi_1"), "{}"],
    [aWebhook(undefined, "pi_1"), ""],
  ] as const) {
    expect(await problemOf(webhook.hear(text))).toMatchObject({
      status: 400,
      type: text === "" ? "invalid-body" : "invalid-signature",
    });
    expect(webhook.rung).toEqual([]);
  }
});

test("a refund without words has none, and nothing is opened for it", async () => {
  const { get, refund, service } = await aShop(placed, reserved);
  const { body } = await refund(asking({ amount: 613 }, "clerk"));
  expect(body).not.toHaveProperty("reason");
  const opened: (readonly string[])[] = [];
  const openAll = async (sealed: readonly string[]) => {
    opened.push(sealed);
    return [];
  };
  const watched = getPaymentHandler({ ...service, personalData: { ...memoryPersonalData(keys), openAll } });
  expect(await watched(asking(undefined))).toEqual(await get(asking(undefined)));
  expect(opened).toEqual([[]]);
});

test("a clerk's words are in no record and no event, and are not read of a customer who was forgotten", async () => {
  const { get, refund, service } = await aShop(placed, reserved);
  await refund(asking({ amount: 613, reason: "Ada called, +49 170 5550199" }, "clerk"));
  const record = await service.store.load(testOrderId);
  expect(JSON.stringify([record, service.published])).not.toMatch(/Ada called|5550199/);
  const reasons = async () => {
    const { body } = await get(asking(undefined));
    return (body as { refunds: { reason?: string }[] }).refunds.map(({ reason }) => reason);
  };
  expect(await reasons()).toEqual(["Ada called, +49 170 5550199"]);
  await keys.forget(customerOf("ada"));
  expect(await reasons()).toEqual([undefined]);
});
