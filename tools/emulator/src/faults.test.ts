// Injected faults over the wire: each client sees what AWS or the provider would answer.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import {
  CreateEventBusCommand,
  PutEventsCommand,
  PutRuleCommand,
  PutTargetsCommand,
} from "@aws-sdk/client-eventbridge";
import { SendRawEmailCommand } from "@aws-sdk/client-ses";
import { CreateQueueCommand } from "@aws-sdk/client-sqs";
import Stripe from "stripe";
import { expect, onTestFinished, test } from "vitest";
import type { DeliveryFault, EndpointFaults, PaymentFault, PutEventsFault } from "./faults.ts";
import type { WebhookFault } from "./payments/index.ts";
import type { MailFault } from "./ses/mailbox.ts";
import { clientsOf, openToRules, startForTest } from "./testing.ts";

const QUEUE_ARN = "arn:aws:sqs:eu-west-1:000000000000:orders";

/** An endpoint whose rule puts every event of the shop on one queue; its faults are used up in order. */
async function aBus(given: { putEvents?: PutEventsFault[]; delivery?: DeliveryFault[]; now?: () => number }) {
  const faults: EndpointFaults = {
    putEvents: () => given.putEvents?.shift(),
    delivery: () => given.delivery?.shift(),
  };
  const endpoint = await startForTest({ faults, ...(given.now && { now: given.now }) });
  const { eventBridge, sqs } = clientsOf(endpoint);
  await eventBridge.send(new CreateEventBusCommand({ Name: "shop" }));
  await sqs.send(new CreateQueueCommand({ QueueName: "orders", Attributes: openToRules }));
  const rule = { EventBusName: "shop", Name: "all" };
  await eventBridge.send(new PutRuleCommand({ ...rule, EventPattern: '{"source":["shop"]}' }));
  const Targets = [{ Id: "queue", Arn: QUEUE_ARN }];
  await eventBridge.send(new PutTargetsCommand({ EventBusName: "shop", Rule: "all", Targets }));
  const put = (...types: string[]) => {
    const Entries = types.map((DetailType) => ({
      EventBusName: "shop",
      Source: "shop",
      DetailType,
      Detail: "{}",
    }));
    return eventBridge.send(new PutEventsCommand({ Entries }));
  };
  const arrived = () =>
    endpoint.queues.messages("orders").map(({ body }) => {
      return body.startsWith("{") ? JSON.parse(body)["detail-type"] : body;
    });
  return { endpoint, put, arrived };
}

test("some entries of a PutEvents are refused, in their places, and the others arrive", async () => {
  const bus = await aBus({ putEvents: [{ outcome: "refused", entries: new Set([0, 2]) }] });
  const { Entries = [], FailedEntryCount } = await bus.put("A", "B", "C", "D");
  expect(FailedEntryCount).toBe(2);
  const refused = { ErrorCode: "InternalFailure", ErrorMessage: expect.any(String) };
  expect(Entries).toEqual([
    refused,
    { EventId: expect.any(String) },
    refused,
    { EventId: expect.any(String) },
  ]);
  expect(bus.arrived()).toEqual(["B", "D"]);
});

test("all entries are refused, and none arrives", async () => {
  const bus = await aBus({ putEvents: [{ outcome: "refused", entries: new Set([0]) }] });
  expect((await bus.put("A")).FailedEntryCount).toBe(1);
  expect(bus.arrived()).toEqual([]);
  expect((await bus.put("A")).FailedEntryCount).toBe(0);
});

test("a throttled PutEvents is told by its name, and nothing arrives", async () => {
  const bus = await aBus({ putEvents: [{ outcome: "throttled" }] });
  await expect(bus.put("A")).rejects.toMatchObject({ name: "ThrottlingException" });
  expect(bus.arrived()).toEqual([]);
});

test("the answer of a PutEvents is lost, and its events arrive", async () => {
  const bus = await aBus({ putEvents: [{ outcome: "answer-lost" }] });
  await expect(bus.put("A")).rejects.toMatchObject({ code: "ECONNRESET" });
  expect(bus.arrived()).toEqual(["A"]);
});

test("a request that EventBridge refuses is refused as ever", async () => {
  const bus = await aBus({ putEvents: [{ outcome: "refused", entries: new Set([0]) }] });
  await expect(bus.put(...Array(11).fill("A"))).rejects.toMatchObject({ name: "ValidationException" });
});

test("a delivery comes twice, garbled, or late by the clock", async () => {
  const delivery: DeliveryFault[] = [
    { copies: [{}, {}] },
    { copies: [{}, { body: "garbage" }] },
    { copies: [{ delaySeconds: 600 }] },
  ];
  const bus = await aBus({ delivery });
  await bus.put("twice");
  await bus.put("garbled");
  await bus.put("late");
  expect(bus.arrived()).toEqual(["twice", "twice", "garbled", "garbage", "late"]);
  expect(bus.endpoint.queues.count("orders")).toMatchObject({ ready: 4, delayed: 1 });
});

test("a queue that refuses is tried again when the clock has passed the wait", async () => {
  let now = Date.now();
  const refused = { refusedWith: "ThrottlingException" };
  const bus = await aBus({ delivery: [refused, refused, refused], now: () => now });
  expect((await bus.put("A")).FailedEntryCount).toBe(0);
  expect(bus.endpoint.pendingDeliveries()).toMatchObject([{ attempts: 1, errorCode: "ThrottlingException" }]);
  expect(bus.arrived()).toEqual([]);
  while (bus.endpoint.pendingDeliveries().length > 0) {
    now += 3_600_000;
    await bus.endpoint.retryDue();
  }
  expect(bus.arrived()).toEqual(["A"]);
});

async function aMailServer(...faults: MailFault[]) {
  const endpoint = await startForTest({ faults: { mail: () => faults.shift() } });
  const { ses } = clientsOf(endpoint);
  const Data = Buffer.from("From: shop@example.com\r\nTo: ada@example.com\r\n\r\nhello");
  return { send: () => ses.send(new SendRawEmailCommand({ RawMessage: { Data } })), mails: endpoint.mails };
}

test.each<[MailFault, object, number]>([
  ["refused", { name: "MessageRejected" }, 0],
  ["throttled", { name: "Throttling" }, 0],
  ["answer-lost", { code: "ECONNRESET" }, 1],
])("a mail that is %s fails as SES fails it", async (fault, error, mails) => {
  const server = await aMailServer(fault);
  await expect(server.send()).rejects.toMatchObject(error);
  expect(server.mails()).toHaveLength(mails);
  expect((await server.send()).MessageId).toEqual(expect.any(String));
});

async function aProvider(...faults: (PaymentFault | undefined)[]) {
  const asked: string[] = [];
  const endpoint = await startForTest({
    faults: {
      payment({ method, path, idempotencyKey, form }) {
        asked.push(`${method} ${path} ${idempotencyKey} ${form.get("metadata[orderId]")}`);
        return faults.shift();
      },
    },
  });
  const host = { host: "127.0.0.1", port: endpoint.port, protocol: "http" as const };
  const { paymentIntents, refunds } = new Stripe("sk_test_local", { ...host, maxNetworkRetries: 0 });
  const authorize = () =>
    paymentIntents.create(
      {
        amount: 1980,
        currency: "eur",
        payment_method: "pm_card_visa",
        capture_method: "manual",
        confirm: true,
        automatic_payment_methods: { enabled: true, allow_redirects: "never" },
        metadata: { orderId: "o1" },
      },
      { idempotencyKey: "o1:authorize" },
    );
  return { asked, authorize, paymentIntents, refunds, intents: endpoint.payments.intents };
}

test("the provider is asked about with all that tells requests apart", async () => {
  const provider = await aProvider();
  await provider.authorize();
  expect(provider.asked).toEqual(["POST /v1/payment_intents o1:authorize o1"]);
});

test("a declined authorisation stays declined for its key, as an answer does", async () => {
  const provider = await aProvider({ mode: "declined" });
  for (let time = 1; time <= 2; time++) {
    await expect(provider.authorize()).rejects.toMatchObject({ code: "card_declined", statusCode: 402 });
  }
  expect(provider.intents()).toMatchObject([{ status: "requires_payment_method", amountReceived: 0 }]);
});

test("a capture that is declined leaves the hold, which can be voided", async () => {
  const provider = await aProvider(undefined, { mode: "declined" });
  const { id } = await provider.authorize();
  await expect(provider.paymentIntents.capture(id)).rejects.toMatchObject({
    code: "capture_charge_authorization_expired",
  });
  expect(provider.intents()).toMatchObject([{ status: "requires_capture" }]);
  expect((await provider.paymentIntents.cancel(id)).status).toBe("canceled");
});

test("a slow answer comes in the end, and its effect was there before", async () => {
  const provider = await aProvider({ mode: "slow", milliseconds: 300 });
  const begun = performance.now();
  const answer = provider.authorize();
  await expect.poll(() => provider.intents().length, { interval: 5 }).toBe(1);
  expect((await answer).status).toBe("requires_capture");
  expect(performance.now() - begun).toBeGreaterThanOrEqual(295);
});

test("a 500 that comes before the work leaves its key free; one that comes with it is kept for a day", async () => {
  let now = Date.now();
  const faults: (PaymentFault | undefined)[] = [
    { mode: "server-error" },
    undefined,
    { mode: "server-error-kept" },
  ];
  const endpoint = await startForTest({ now: () => now, faults: { payment: () => faults.shift() } });
  const host = { host: "127.0.0.1", port: endpoint.port, protocol: "http" as const };
  const { customers } = new Stripe("sk_test_local", { ...host, maxNetworkRetries: 0 });
  const ask = (idempotencyKey: string) => customers.create({ name: "Ada" }, { idempotencyKey });
  await expect(ask("before")).rejects.toMatchObject({ statusCode: 500 });
  expect((await ask("before")).name).toBe("Ada");
  for (let time = 1; time <= 2; time++) await expect(ask("with")).rejects.toMatchObject({ statusCode: 500 });
  now += 24 * 3600_000 + 1;
  expect((await ask("with")).name).toBe("Ada");
});

test("a key whose first request is still being answered is in use", async () => {
  const provider = await aProvider({ mode: "slow", milliseconds: 200 });
  const first = provider.authorize();
  await expect.poll(() => provider.intents().length, { interval: 5 }).toBe(1);
  await expect(provider.authorize()).rejects.toMatchObject({
    statusCode: 409,
    code: "idempotency_key_in_use",
  });
  const { id } = await first;
  expect((await provider.authorize()).id).toBe(id);
});

test("a void and a refund that are refused say so as Stripe does, and move nothing", async () => {
  const provider = await aProvider(undefined, { mode: "declined" }, undefined, { mode: "declined" });
  const { id } = await provider.authorize();
  const unexpected = { statusCode: 400, code: "payment_intent_unexpected_state" };
  await expect(provider.paymentIntents.cancel(id)).rejects.toMatchObject(unexpected);
  await provider.paymentIntents.capture(id);
  const refund = provider.refunds.create({ payment_intent: id });
  await expect(refund).rejects.toMatchObject({ statusCode: 400, code: "balance_insufficient" });
  expect(provider.intents()).toMatchObject([{ status: "succeeded", amountRefunded: 0 }]);
});

test("a request is told with the metadata of the intent that it names", async () => {
  const metadata: (object | undefined)[] = [];
  const endpoint = await startForTest({
    faults: {
      payment: (request) => {
        metadata.push(request.metadata);
        return undefined;
      },
    },
  });
  const host = { host: "127.0.0.1", port: endpoint.port, protocol: "http" as const };
  const { charges, paymentIntents, refunds } = new Stripe("sk_test_local", { ...host, maxNetworkRetries: 0 });
  const of = { orderId: "o7" };
  const made = { amount: 1987, currency: "eur", metadata: of };
  const { id } = await paymentIntents.create(made);
  await paymentIntents.retrieve(id);
  await refunds.list({ payment_intent: id });
  await charges.retrieve("ch_nothing").catch(() => {});
  expect(metadata).toEqual([{}, of, of, {}]);
});

async function aShopHears(...faults: (WebhookFault | undefined)[]) {
  let now = Date.now();
  const heard: { body: string; signature: string }[] = [];
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request.setEncoding("utf8")) body += chunk;
    heard.push({ body, signature: String(request.headers["stripe-signature"]) });
    response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  const endpoint = await startForTest({ now: () => now, faults: { webhook: () => faults.shift() } });
  const { payments } = endpoint;
  payments.sendWebhooksTo({
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    secrets: ["whsec_a"],
    types: ["payment_intent.created"],
  });
  const host = { host: "127.0.0.1", port: endpoint.port, protocol: "http" as const };
  const { paymentIntents } = new Stripe("sk_test_local", { ...host, maxNetworkRetries: 0 });
  return {
    heard,
    payments,
    make: () => paymentIntents.create({ amount: 1987, currency: "eur" }),
    quiet: () => expect.poll(() => payments.webhooks.pending(), { interval: 5 }).toBe(0),
    pass(milliseconds: number) {
      now += milliseconds;
      payments.passTime();
    },
    isBelieved: ({ body, signature }: (typeof heard)[number]) => {
      try {
        return Boolean(Stripe.webhooks.constructEvent(body, signature, "whsec_a", 300, undefined, now));
      } catch {
        return false;
      }
    },
  };
}

test("a webhook is lost, doubled, or comes late, as it is asked for", async () => {
  const shop = await aShopHears(
    { mode: "lost" },
    { mode: "doubled" },
    { mode: "late", milliseconds: 60_000 },
  );
  await shop.make();
  await shop.quiet();
  expect(shop.heard).toEqual([]);
  await shop.make();
  await expect.poll(() => shop.heard.length, { interval: 5 }).toBe(2);
  expect(shop.heard[0]?.body).toBe(shop.heard[1]?.body);
  await shop.make();
  await shop.quiet();
  shop.pass(59_000);
  await shop.quiet();
  expect(shop.heard).toHaveLength(2);
  shop.pass(2000);
  await expect.poll(() => shop.heard.length, { interval: 5 }).toBe(3);
  expect(shop.payments.webhooks.latest().map(({ fault }) => fault)).toEqual([
    "late",
    "doubled",
    "doubled",
    "lost",
  ]);
});

test("two forgeries come with a forged webhook, and the official client believes neither", async () => {
  const shop = await aShopHears({ mode: "forged" });
  await shop.make();
  await expect.poll(() => shop.heard.length, { interval: 5 }).toBe(3);
  expect(shop.heard.filter(shop.isBelieved)).toHaveLength(1);
  expect(new Set(shop.heard.map(({ body }) => body)).size).toBe(1);
});
