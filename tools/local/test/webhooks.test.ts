// Receivers over the wire: told how each order ends, by what both our client and Standard Webhooks verify.
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { verifyWebhook } from "@order-saga/client";
import { Webhook } from "standardwebhooks";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { type Saga, startSaga } from "../src/testing/saga.ts";

// The list of services is read when it is imported, which is before any of this file runs.
vi.hoisted(() => {
  process.env.WEBHOOK_ENDPOINTS = "shop=…";
});

type Received = { id: string; body: string; headers: Record<string, string> };

/** A receiver as a shop would write it, which says what it was sent. */
async function aReceiver(statusFor: () => number) {
  const received: Received[] = [];
  const server = createServer(async (request, response) => {
    const body = Buffer.concat(await request.toArray()).toString();
    const headers = request.headers as Record<string, string>;
    received.push({ id: headers["webhook-id"] ?? "", body, headers });
    response.writeHead(statusFor()).end();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hooks`;
  const told = (orderId: string) =>
    vi.waitFor(
      () => {
        const found = received.filter(({ body }) => body.includes(orderId));
        expect(found.length).toBeGreaterThan(0);
        return found;
      },
      { timeout: 20_000 },
    );
  return { received, url, told, stop: () => server.close() };
}

let erpStatus = 200;
let saga: Saga;
let shop: Awaited<ReturnType<typeof aReceiver>>;
let erp: Awaited<ReturnType<typeof aReceiver>>;

beforeAll(async () => {
  shop = await aReceiver(() => 200);
  erp = await aReceiver(() => erpStatus);
  const settings = { WEBHOOK_ENDPOINTS: `shop=${shop.url},erp=${erp.url}` };
  saga = await startSaga(undefined, { settings });
});
afterAll(async () => {
  await saga?.stop();
  shop?.stop();
  erp?.stop();
});

const secretOf = (name: string) =>
  new RegExp(`${name}=(whsec_[^,]+)`).exec(saga.runtime.values.WEBHOOK_SECRETS ?? "")?.[1] ?? "";

test("both receivers are told that an order is confirmed, and can verify it", async () => {
  const orderId = await saga.place();
  await saga.settled(orderId);
  for (const [name, receiver] of Object.entries({ shop, erp })) {
    const [first] = await receiver.told(orderId);
    if (!first) return expect.unreachable();
    const { body, headers } = first;
    const { event, id } = await verifyWebhook({ body, headers, secrets: [secretOf(name)] });
    expect(event).toMatchObject({
      type: "order.confirmed",
      data: { orderId, amount: 990, currency: "EUR" },
    });
    expect(new Webhook(secretOf(name)).verify(body, headers)).toEqual(event);
    expect(id).toMatch(new RegExp(`^msg_[0-9a-f-]{36}_${name}$`));
    expect(body).not.toContain("ada@example.com");
  }
});

test("a receiver that answers 500 is told again, the same webhook by its id, and another is not kept waiting", async () => {
  erpStatus = 500;
  const orderId = await saga.place({ paymentMethod: "pm_card_visa_chargeDeclined" });
  await saga.settled(orderId);
  await shop.told(orderId);
  const [first] = await erp.told(orderId);
  erpStatus = 200;
  await saga.idle();
  const all = await erp.told(orderId);
  expect(all.length).toBeGreaterThan(1);
  expect(new Set(all.map(({ id }) => id))).toEqual(new Set([first?.id]));
  expect(new Set(all.map(({ body }) => body))).toEqual(new Set([first?.body]));
  expect(JSON.parse(first?.body ?? "")).toMatchObject({ type: "order.rejected" });
  expect(saga.warnings).toEqual([]);
  expect(saga.logs.join()).not.toMatch(/whsec_|"level":"error"/);
});

test("a receiver that is down for an hour is told afterwards what it missed", async () => {
  erpStatus = 503;
  const orders: string[] = [];
  for (let n = 0; n < 6; n++) {
    const orderId = await saga.place();
    await saga.settled(orderId);
    orders.push(orderId);
    await saga.runtime.advanceClock(10 * 60_000);
    await saga.idle();
  }
  erpStatus = 200;
  for (let minute = 0; minute < 12; minute++) {
    await saga.runtime.advanceClock(60_000);
    await saga.idle();
  }
  const confirmed = orders.map((orderId) => erp.received.filter(({ body }) => body.includes(orderId)));
  expect(confirmed.every((each) => each.length > 0)).toBe(true);
  for (const each of confirmed) expect(new Set(each.map(({ id }) => id)).size).toBe(1);
});
