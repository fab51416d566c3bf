// Receivers over the wire: told how each order ends, by what both our client and Standard Webhooks verify.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { ListRulesCommand } from "@aws-sdk/client-eventbridge";
import { verifyWebhook } from "@order-saga/client";
import { services } from "@order-saga/services";
import { Webhook } from "standardwebhooks";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { retireAbsent } from "../src/retire.ts";
import { BUS_NAME } from "../src/source-folders.ts";
import { type Saga, startSaga } from "../src/testing/saga.ts";
import { withWebhooks } from "../src/webhook-endpoints.ts";

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

/** A port that nothing listens on now. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

let documentsPort = 0;
let erpStatus = 200;
let saga: Saga;
let shop: Awaited<ReturnType<typeof aReceiver>>;
let erp: Awaited<ReturnType<typeof aReceiver>>;

beforeAll(async () => {
  shop = await aReceiver(() => 200);
  erp = await aReceiver(() => erpStatus);
  documentsPort = await freePort();
  const documents = `http://localhost:${documentsPort}/hooks`;
  const settings = { WEBHOOK_ENDPOINTS: `shop=${shop.url},erp=${erp.url},documents=${documents}` };
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

test("the receiver of the document runs as it stands, and takes what it is sent", async () => {
  const document = readFileSync(join(import.meta.dirname, "../../../docs/webhooks-out.md"), "utf8");
  const code = /```ts\n([\s\S]*?)```/.exec(document)?.[1] ?? "";
  // Within this package, which has the client among its dependencies.
  const folder = mkdtempSync(join(import.meta.dirname, "receiver-"));
  const file = join(folder, "receiver.ts");
  writeFileSync(file, code.replace("listen(8080)", `listen(${documentsPort}, () => console.log("ready"))`));
  const env = { ...process.env, WEBHOOK_SECRET: secretOf("documents") };
  const receiver = spawn(process.execPath, [file], { env, stdio: ["ignore", "pipe", "inherit"] });
  let output = "";
  receiver.stdout.setEncoding("utf8").on("data", (text) => {
    output += text;
  });
  try {
    await vi.waitFor(() => expect(output).toContain("ready"), { timeout: 20_000 });
    const orderId = await saga.place();
    await saga.settled(orderId);
    await vi.waitFor(() => expect(output).toMatch(new RegExp(`order.confirmed[^}]*${orderId}`)), {
      timeout: 20_000,
    });
    const forged = await fetch(`http://localhost:${documentsPort}/hooks`, { method: "POST", body: "{}" });
    expect(forged.status).toBe(400);
  } finally {
    receiver.kill();
    rmSync(folder, { recursive: true });
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

test("a start without endpoints takes the rule away, so that nothing piles up for a later one", async () => {
  const { eventBridge } = saga.runtime.clients;
  const rules = async () =>
    (await eventBridge.send(new ListRulesCommand({ EventBusName: BUS_NAME }))).Rules?.map(({ Name }) => Name);
  expect(await rules()).toContain("webhooks-tell-storefront");
  const others = services.filter(({ name }) => name !== "webhooks");
  for (let time = 0; time < 2; time++) await retireAbsent(others, { eventBridge });
  expect(await rules()).not.toContain("webhooks-tell-storefront");
  expect(await rules()).toContain("orders-track-order");
});

test("endpoints in the environment, by which the service is there, need no setting beside them", () => {
  const secrets = { ORDER_ID_SECRET: "a", STRIPE_API_KEY: "b", STRIPE_WEBHOOK_SECRETS: "c" };
  const settings = withWebhooks({ QUOTA_SECONDS: "60" }, secrets);
  expect(settings).toMatchObject({ WEBHOOK_ENDPOINTS: process.env.WEBHOOK_ENDPOINTS, QUOTA_SECONDS: "60" });
  expect(settings.WEBHOOK_SECRETS).toMatch(/^shop=whsec_[^,]+,erp=whsec_[^,]+$/);
});
