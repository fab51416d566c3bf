// Log lines as the functions write them, of every kind that a page asks for; Lambda's own, and the access
// log's.
import { type EventType, layerOf, PlaceOrderRequest } from "@order-saga/contracts";
import { warnIfDifferent } from "@order-saga/inventory/feed/import";
import { invariantViolation, type ReactionManifest, type ScheduleManifest } from "@order-saga/messaging";
import { route } from "@order-saga/messaging/http";
import { createLog, type Log } from "@order-saga/messaging/log";
import { memoryPersonalData } from "@order-saga/messaging/personal-data/memory";
import { type React, reaction, taskReaction } from "@order-saga/messaging/reaction";
import { returnedMails } from "@order-saga/messaging/returned-mail-reaction";
import { schedule } from "@order-saga/messaging/schedule";
import { aBatch, anEvent, testContext, testNow, testOrderId } from "@order-saga/messaging/testing";
import { createMemoryMailer } from "@order-saga/notification/mailer/memory";
import { MailRefused } from "@order-saga/notification/ports";
import { notifyCustomerHandler, returnedMailHandler } from "@order-saga/notification/reactions";
import { notifyCustomer } from "@order-saga/notification/service";
import { createMemoryStore } from "@order-saga/notification/store/memory";
import { aReturn } from "@order-saga/notification/testing";
import { placeBulk, split } from "@order-saga/orders/bulk/bulk";
import { sweepBulksHandler } from "@order-saga/orders/bulk/sweeps";
import { createIdentities } from "@order-saga/orders/identity/hmac";
import { placeOrderHandler } from "@order-saga/orders/routes";
import { placeOrder, sweepBulks } from "@order-saga/orders/service";
import { createMemoryBulkStore as createBulkStore } from "@order-saga/orders/store/bulks-memory";
import { createMemoryStore as createOrderStore } from "@order-saga/orders/store/memory";
import { anHttpRequest, aRequest, aShop, tea } from "@order-saga/orders/testing";
import { hearProviderHandler, Ring } from "@order-saga/payment/doorbell";
import type { Look } from "@order-saga/payment/look";
import { type PaymentGateway, ProviderUnavailable } from "@order-saga/payment/ports";
import {
  abortPaymentHandler,
  authorizePaymentHandler,
  capturePaymentHandler,
} from "@order-saga/payment/reactions";
import { hearWebhookHandler } from "@order-saga/payment/routes";
import {
  abortPayment,
  authorizePayment,
  capturePayment,
  hearProvider,
  hearWebhook,
} from "@order-saga/payment/service";
import { createMemoryStore as createPaymentStore } from "@order-saga/payment/store/memory";
import { services } from "@order-saga/services";
import { all, type Graph } from "../../src/graph.ts";
import type { Line } from "../../src/insights/expression.ts";
import { types } from "../../src/types.ts";

const minutes = 60_000;

/** Lines of the functions, each with its `service` and its `reaction` or `function`. */
export async function functionLines(): Promise<Line[]> {
  const lines: string[] = [];
  const logOf = (service: string) =>
    createLog({ service, level: "debug", now: () => testNow, write: (line) => lines.push(line) });
  for (const { name, reactions, schedules } of services) {
    for (const each of reactions) await endings(each, logOf(name));
    for (const each of schedules) await sweeps(each, logOf(name));
  }
  await mails(logOf("notification"));
  await stuckBulk(logOf("orders"));
  await payments(logOf("payment"));
  await refusedOrder(logOf("orders"));
  for (const name of ["import-stock", "audit-upload"]) {
    const log = logOf("inventory").with({ reaction: name, requestId: testContext.awsRequestId });
    warnIfDifferent({ audited: "a".repeat(64), imported: "b".repeat(64) }, log);
  }
  return [...lines, ...(await stuckOrder())].map((line) => JSON.parse(line));
}

/** An order that comes while those before it wait for too long. */
async function refusedOrder(log: Log): Promise<void> {
  const store = createOrderStore();
  await store.putProduct(tea);
  const handle = placeOrderHandler({
    store,
    publish: async () => {},
    identities: createIdentities("a secret of the tests"),
    personalData: memoryPersonalData(),
    decideWithinSeconds: 900,
    admission: {
      refuses: async () => ({ until: testNow + minutes, queue: "payment" }),
      took() {},
      published() {},
      notPublished() {},
    },
  });
  const place = route(placeOrder, PlaceOrderRequest, handle, { log, now: () => testNow });
  await place(anHttpRequest({ body: aRequest, headers: { "idempotency-key": "a-key-of-the-runbook" } }));
}

/** An event that is answered, one that fails, and one that is parked. */
async function endings(manifest: ReactionManifest, log: Log): Promise<void> {
  const [heard] = manifest.hears;
  if (heard === undefined) return;
  const says = manifest.says.find((type) => layerOf[type] > layerOf[heard]);
  const reacts: React<EventType>[] = [
    async () => (says ? [anEvent(says)] : []),
    () => Promise.reject(new Error("away")),
    () => Promise.reject(invariantViolation("captured after it was released")),
  ];
  const ports = { publish: async () => {}, park: async () => {}, log, now: () => testNow };
  for (const react of reacts) await reaction(manifest, react, ports)(aBatch([anEvent(heard)]), testContext);
}

/** A run that has acted, and one that failed. */
async function sweeps(manifest: ScheduleManifest, log: Log): Promise<void> {
  const ports = { log, now: () => testNow };
  await schedule(manifest, async () => 1, ports)({}, testContext);
  await schedule(manifest, () => Promise.reject(new Error("away")), ports)({}, testContext).catch(() => {});
}

/** A mail that is refused, and one of which the answer is lost. */
async function mails(log: Log): Promise<void> {
  for (const failing of ["before", "after"] as const) {
    const clock = { now: testNow };
    const mailer = createMemoryMailer();
    mailer[failing] = () => {
      throw failing === "before" ? new MailRefused("MessageRejected") : new Error("lost");
    };
    const ports = {
      store: createMemoryStore(),
      mailer,
      contacts: {
        contactOf: async () => ({ contact: { email: "ada@example.com" } }),
        stopMail: async () => {},
      },
      clock: () => clock.now,
      newClaim: () => "claim",
      later: async () => {},
      claimLife: 1,
    };
    const edge = { publish: async () => {}, park: async () => {}, log, now: () => clock.now };
    const aside = returnedMails(returnedMailHandler(ports));
    const handler = reaction(notifyCustomer, notifyCustomerHandler(ports), edge, aside);
    for (const _ of ["first", "again"]) {
      await handler(aBatch([anEvent("OrderPlaced"), aReturn("bounced")]), testContext);
      clock.now += minutes;
    }
  }
}

/** Money that went another way than the saga's: each kind of line that an alarm counts. */
async function payments(log: Log): Promise<void> {
  const captured = testOrderId;
  const declined = testOrderId.replace("ord_0", "ord_1");
  const given = testOrderId.replace("ord_0", "ord_2");
  const at = new Date(testNow).toISOString();
  const none = { refunds: [], disputes: [] };
  const refund = {
    providerId: "re_1",
    amount: 5,
    status: "FAILED",
    code: "expired_or_canceled_card",
    at,
  } as const;
  const dispute = { id: "du_1", amount: 7, status: "OPENED", reason: "fraudulent", at } as const;
  const looks: Record<string, Look> = {
    pi_1: {
      intentId: "pi_1",
      orderId: captured,
      intent: { kind: "taken", amount: 11 },
      refunds: [refund],
      disputes: [dispute],
    },
    pi_2: { intentId: "pi_2", orderId: given, intent: { kind: "taken", amount: 11 }, ...none },
  };
  const gateway: PaymentGateway = {
    authorize: async (orderId) =>
      orderId === declined
        ? { kind: "declined", code: "account_invalid", reason: "shop_error" }
        : { kind: "authorized", intentId: orderId === captured ? "pi_1" : "pi_2" },
    capture: async () => ({ kind: "captured", amount: 11 }),
    void: () => Promise.reject(new ProviderUnavailable("away")),
    refund: () => Promise.reject(new ProviderUnavailable("away")),
    look: async (intentId) => looks[intentId],
  };
  const ports = {
    store: createPaymentStore(),
    gateway,
    clock: () => testNow,
    functionTimeoutSeconds: 30,
    terms: { actionWithinSeconds: 600 },
    publish: async () => {},
    ring: async () => {},
  };
  const edge = { publish: async () => {}, park: async () => {}, log, now: () => testNow };
  const place = reaction(authorizePayment, authorizePaymentHandler(ports), edge);
  for (const orderId of [captured, declined, given])
    await place(aBatch([anEvent("OrderPlaced", { orderId })]), testContext);
  const capture = reaction(capturePayment, capturePaymentHandler(ports), edge);
  await capture(aBatch([anEvent("StockReserved", { orderId: captured })]), testContext);
  const abort = reaction(abortPayment, abortPaymentHandler(ports), edge);
  await abort(aBatch([anEvent("StockRejected", { orderId: given })]), testContext);
  const hear = taskReaction(hearProvider, Ring, hearProviderHandler(ports), edge);
  await hear(aBatch(Object.keys(looks).map((intentId) => JSON.stringify({ intentId }))), testContext);
  const unsigned = { ...ports, signatureFault: () => "BadSignature", intentToLookAt: () => undefined };
  const ask = route(hearWebhook, undefined, hearWebhookHandler(unsigned), { log, now: () => testNow });
  await ask({ headers: {}, requestContext: {} } as never);
}

/** A bulk whose rows have not ended when they should have. */
async function stuckBulk(log: Log): Promise<void> {
  const store = createBulkStore();
  const recipient = { contact: { email: "ada@example.com" } };
  const given = { principal: "ada", fingerprint: "f", recipient, currency: "EUR", count: 0, chunks: 0 };
  const bulk = placeBulk({ ...given, count: 1, bulkId: "bulk_1", now: testNow });
  await store.create(split(bulk, testNow), [], []);
  const unused = () => Promise.reject(new Error("a bulk without rows needs nothing else"));
  const ports = {
    bulks: store,
    store: { loadAll: async () => new Map() },
    publish: unused,
    sendTasks: unused,
    backOff: unused,
    pace: { ordersPerSecond: 10, decideWithinSeconds: 900 },
  };
  const sweep = schedule(sweepBulks, sweepBulksHandler(ports), { log, now: () => testNow + 60 * minutes });
  await sweep({}, testContext);
}

/** An order that payment and inventory never end. */
async function stuckOrder(): Promise<readonly string[]> {
  const shop = aShop(createOrderStore());
  await shop.putProduct(tea.sku, { name: tea.name, unitPrice: tea.unitPrice, currency: tea.currency });
  shop.bus.down = true;
  await shop.place();
  shop.bus.down = false;
  await shop.place();
  for (let hour = 0; hour < 24; hour++) {
    shop.clock.now += 60 * minutes;
    await shop.sweep();
  }
  return shop.lines;
}

/**
 * Lambda's lines of failures (developer guide, "JSON log format", and the Telemetry API's
 * `platform.report`).
 */
export const platformLines: readonly Line[] = ["success", "timeout"].map((status) => ({
  time: new Date(testNow).toISOString(),
  timestamp: new Date(testNow).toISOString(),
  type: "platform.report",
  record: {
    requestId: "request",
    status,
    metrics: {
      durationMs: 1,
      billedDurationMs: 1,
      memorySizeMB: 192,
      maxMemoryUsedMB: 120,
      initDurationMs: 200,
    },
  },
}));

/** The access log of the stage's API, in the format that it is given. */
export function accessLines(graph: Graph): Line[] {
  const [stage] = all(graph, types.apiStage);
  const format = JSON.parse(String(stage?.inputs.accessLogSettings.format)) as Record<string, string>;
  return ["202", "401", "503"].map((status) => ({
    ...Object.fromEntries(Object.keys(format).map((name) => [name, "1"])),
    timestamp: new Date(testNow).toISOString(),
    status,
  }));
}
