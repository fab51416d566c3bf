// One clock for everything: moving it moves time-outs, delays, schedules and deadlines at once.
import { mkdtempSync, rmSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CreateQueueCommand, ReceiveMessageCommand, SendMessageCommand } from "@aws-sdk/client-sqs";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { calm, type Saga, startSaga } from "../src/testing/saga.ts";

let saga: Saga;
beforeAll(async () => {
  // Calm, because orders are looked at when a moment has passed, and not at their end.
  saga = await startSaga(undefined, calm);
});
afterAll(() => saga.stop());

type Reading = { now: string; aheadSeconds: number };
const headers = { "x-order-saga": "test", "content-type": "application/json" };

async function read(from = saga): Promise<Reading> {
  const answer = await fetch(`${from.runtime.url}/__local/clock`, { headers });
  expect(answer.status).toBe(200);
  return (await answer.json()) as Reading;
}

async function move(body: unknown, from = saga) {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  const answer = await fetch(`${from.runtime.url}/__local/clock`, { method: "POST", headers, body: text });
  return { status: answer.status, body: (await answer.json()) as Reading & Record<string, unknown> };
}

test("the clock is read, moved on by seconds, and moved to a moment", async () => {
  const before = await read();
  const later = await move({ advanceSeconds: 90.5 });
  expect(later.body.aheadSeconds).toBe(before.aheadSeconds + 90.5);
  expect(Date.parse(later.body.now) - Date.parse(before.now)).toBeGreaterThanOrEqual(90_500);
  const to = new Date(Date.parse(later.body.now) + 3_600_000).toISOString();
  const { status, body } = await move({ to });
  expect(status).toBe(200);
  expect(Date.parse(body.now) - Date.parse(to)).toBeGreaterThanOrEqual(0);
  expect(Date.parse(body.now) - Date.parse(to)).toBeLessThan(60_000);
  expect(Math.abs(Date.parse((await read()).now) - saga.runtime.now())).toBeLessThan(60_000);
});

test.each([
  ["seconds below zero", { advanceSeconds: -1 }, 409, "clock-backwards"],
  ["a moment that is over", { to: "2020-01-01T00:00:00Z" }, 409, "clock-backwards"],
  ["more than 90 days", { advanceSeconds: 91 * 86_400 }, 400, "clock-too-far"],
  ["a moment beyond them", { to: "2999-01-01T00:00:00Z" }, 400, "clock-too-far"],
  ["both at once", { advanceSeconds: 1, to: "2999-01-01T00:00:00Z" }, 400, "invalid-body"],
  ["neither", {}, 400, "invalid-body"],
  ["no moment", { to: "tomorrow" }, 400, "invalid-body"],
  ["no number", { advanceSeconds: "60" }, 400, "invalid-body"],
  ["no JSON", "soon", 400, "not-json"],
])("%s is refused, and time goes on as it was", async (_, body, status, type) => {
  const { aheadSeconds } = await read();
  expect(await move(body)).toMatchObject({ status, body: { type, status } });
  expect((await read()).aheadSeconds).toBe(aheadSeconds);
});

/** A raw request, because fetch sets Host by itself. */
function statusFor(given: Record<string, string>): Promise<number | undefined> {
  const { promise, resolve, reject } = Promise.withResolvers<number | undefined>();
  const options = { method: "GET", headers: { "x-order-saga": "test", ...given } };
  request(`${saga.runtime.url}/__local/clock`, options, (answer) => resolve(answer.resume().statusCode))
    .on("error", reject)
    .end();
  return promise;
}

test.each<[string, Record<string, string>, number]>([
  ["localhost", { host: "localhost:3000" }, 200],
  ["127.0.0.1", { host: "127.0.0.1:3000" }, 200],
  ["::1", { host: "[::1]:3000" }, 200],
  ["a foreign host name", { host: "shop.example:3000" }, 403],
  ["a name that only begins like ours", { host: "localhost.shop.example" }, 403],
  ["a page of this machine", { host: "localhost", origin: "http://localhost:5173" }, 200],
  ["a page of another site", { host: "localhost", origin: "https://shop.example" }, 403],
  ["a page without an origin", { host: "localhost", origin: "null" }, 403],
])("asked by %s: %o is answered with %i", async (_, given, status) => {
  expect(await statusFor(given)).toBe(status);
});

test("a message in flight comes back, and a delayed one comes, when the clock has passed their time", async () => {
  const { sqs } = saga.runtime.clients;
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: "clock" }));
  const receive = async () => {
    const MessageSystemAttributeNames = ["ApproximateReceiveCount" as const];
    const command = {
      QueueUrl,
      VisibilityTimeout: 600,
      MaxNumberOfMessages: 10,
      MessageSystemAttributeNames,
    };
    const { Messages = [] } = await sqs.send(new ReceiveMessageCommand(command));
    return Messages.map((each) => `${each.Body} ${each.Attributes?.ApproximateReceiveCount}`).sort();
  };
  await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: "flying" }));
  await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: "delayed", DelaySeconds: 300 }));
  expect(await receive()).toEqual(["flying 1"]);
  await move({ advanceSeconds: 299 });
  expect(await receive()).toEqual([]);
  await move({ advanceSeconds: 2 });
  expect(await receive()).toEqual(["delayed 1"]);
  await move({ advanceSeconds: 300 });
  expect(await receive()).toEqual(["flying 2"]);
});

test("a receiver that waits is given what the moved clock makes visible", async () => {
  const { sqs } = saga.runtime.clients;
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: "waiting" }));
  await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: "delayed", DelaySeconds: 900 }));
  const waiting = sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 20 }));
  const begun = performance.now();
  await move({ advanceSeconds: 901 });
  expect((await waiting).Messages?.map((each) => each.Body)).toEqual(["delayed"]);
  expect(performance.now() - begun).toBeLessThan(10_000);
});

/** Orders that hear late, at one reaction or at two in a row. */
async function lateOrders(...reactions: string[]) {
  const { faults } = saga.runtime;
  faults.set(reactions.map((reaction) => ({ kind: "delay", reaction, seconds: 300 })));
  onTestFinished(() => faults.set([]));
  const orders = await Promise.all(Array.from({ length: 8 }, () => saga.place()));
  return async () => Promise.all(orders.map(async (order) => (await saga.order(order)).status));
}

test("the clock answers when what became due has run, and what came of that", async () => {
  const statuses = await lateOrders("reserve-stock");
  await move({ advanceSeconds: 301 });
  expect(new Set(await statuses())).toEqual(new Set(["CONFIRMED"]));
});

test("time that is moved twice in a row passes twice: nothing of the first time is late at the second", async () => {
  const statuses = await lateOrders("reserve-stock", "capture-payment");
  await move({ advanceSeconds: 301 });
  expect(new Set(await statuses())).toEqual(new Set(["AUTHORIZED"]));
  await move({ advanceSeconds: 301 });
  expect(new Set(await statuses())).toEqual(new Set(["CONFIRMED"]));
});

test("an order whose payment hangs expires by the schedules and is given up, in seconds", async () => {
  const mapping = saga.runtime.mappings.get("payment-capture-payment");
  await mapping?.disable();
  // Otherwise the order's own rejection may release the stock before the reservation expires.
  const release = saga.runtime.mappings.get("inventory-release-stock");
  await release?.disable();
  const orderId = await saga.place({ sku: "CUP-PORCELAIN" });
  await saga.until(orderId, "StockReserved");
  await saga.until(orderId, "PaymentAuthorized");
  const { decideBy } = await saga.order(orderId);
  await move({ to: new Date(Date.parse(decideBy) + 60_000).toISOString() });
  expect(await saga.until(orderId, "PaymentVoided")).toMatchObject({ data: { authorized: true } });
  await saga.until(orderId, "ReservationExpired");
  mapping?.enable();
  release?.enable();
  expect(await saga.settled(orderId)).toBe("REJECTED");
  await saga.idle();
  expect(saga.eventsOf(orderId).map((event) => event.type)).toContain("ReservationExpired");
});

test("time goes on after a restart: what lay in flight then is not in the future now", async () => {
  const folder = mkdtempSync(join(tmpdir(), "order-saga-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const first = await startSaga(join(folder, "data"));
  await move({ advanceSeconds: 30 * 86_400 }, first);
  const orderId = await first.place();
  expect(await first.settled(orderId)).toBe("CONFIRMED");
  const before = await read(first);
  await first.stop();

  const second = await startSaga(join(folder, "data"));
  onTestFinished(() => second.stop());
  const after = await read(second);
  expect(after.aheadSeconds).toBe(before.aheadSeconds);
  expect(Date.parse(after.now)).toBeGreaterThan(Date.parse(before.now));
  expect((await second.order(orderId)).status).toBe("CONFIRMED");
});
