// What customers, operators and the clock do with the saga, so that the functions use what they are granted.
import { randomUUID } from "node:crypto";
import { PutEventsCommand } from "@aws-sdk/client-eventbridge";
import { DeleteObjectCommand, ListObjectVersionsCommand } from "@aws-sdk/client-s3";
import { SendMessageCommand } from "@aws-sdk/client-sqs";
import { type StockFeedCreated, uploadStockFeed } from "@order-saga/client";
import { sourceOfEvent } from "@order-saga/contracts";
import type { Runtime } from "@order-saga/local/runtime";
import { BUS_NAME } from "@order-saga/local/source-folders";
import type { Saga } from "@order-saga/local/testing/saga";

export type Scenario = {
  readonly name: string;
  play(saga: Saga<Runtime>): Promise<void>;
};

const put = (saga: Saga<Runtime>, path: string, body: object, key: string = randomUUID()) =>
  saga.request("PUT", path, { body, headers: { "idempotency-key": key } });

/** Scenarios that are played often must not sell out what others order. */
export async function supply(saga: Saga<Runtime>): Promise<void> {
  for (const sku of ["TEA-ASSAM", "TEA-EARL-GREY", "TEA-LAPSANG"])
    await put(saga, `/stock/${sku}`, { delta: 100 });
}

/** As an archive would replay them. */
async function again(saga: Saga<Runtime>, orderId: string): Promise<void> {
  for (const event of [...saga.eventsOf(orderId)]) {
    const entry = { EventBusName: BUS_NAME, Source: sourceOfEvent(event.type), DetailType: event.type };
    const Entries = [{ ...entry, Detail: JSON.stringify(event) }];
    await saga.runtime.clients.eventBridge.send(new PutEventsCommand({ Entries }));
  }
  await saga.idle();
}

/** Runs the part while the reaction hears nothing. */
async function withoutHearing(saga: Saga<Runtime>, queue: string, part: () => Promise<void>): Promise<void> {
  // Payment that heard a replayed order, which is late, leaves the asking to capture-payment for ten seconds.
  await saga.runtime.advanceClock(15_000);
  const mapping = saga.runtime.mappings.get(queue);
  await mapping?.disable();
  try {
    await part();
  } finally {
    mapping?.enable();
  }
}

/** Nothing is published while it is placed: the sweeps say it again. */
async function unpublished(saga: Saga<Runtime>, act: () => Promise<unknown>): Promise<void> {
  saga.runtime.faults.set([{ kind: "put-events", outcome: "refused" }]);
  await act();
  saga.runtime.faults.remove();
  await saga.runtime.advanceClock(5 * 60_000);
  await saga.runtime.schedules.runNow();
}

/** Uploads a stock feed as a supplier's browser does. */
async function upload(saga: Saga<Runtime>, csv: string): Promise<string> {
  const { body } = await saga.request("POST", "/stock-feeds", { body: {} });
  const feed = body as unknown as StockFeedCreated;
  // Without a grant the bucket refuses the file, and there is nothing to import.
  await uploadStockFeed(feed, new Blob([csv])).catch(() => {});
  return feed.feedId;
}

async function supplied(saga: Saga<Runtime>, csv: string): Promise<void> {
  const feedId = await upload(saga, csv);
  await saga.idle();
  await saga.request("GET", `/stock-feeds/${feedId}`);
}

/** Deletes every version of every file, as its lifecycle would after a month. */
async function deleteFiles({ clients: { s3 } }: Runtime): Promise<void> {
  const { Versions = [] } = await s3.send(new ListObjectVersionsCommand({ Bucket: "feeds" }));
  for (const { Key, VersionId } of Versions)
    await s3.send(new DeleteObjectCommand({ Bucket: "feeds", Key, VersionId }));
}

const ordered = (sku: string) => ({ lines: [{ sku, quantity: 1 }], paymentMethod: "pm_card_visa" });

async function placeBulk(saga: Saga<Runtime>, key: string, skus: readonly string[]): Promise<string> {
  const contact = { email: "ada@example.com", name: "Ada" };
  const { body } = await saga.request("POST", "/bulk-orders", {
    body: {
      contact,
      currency: "EUR",
      orders: skus.map((sku) => ({ ...ordered(sku), reference: `PO ${sku}` })),
    },
    headers: { "idempotency-key": key },
  });
  return String(body.bulkId);
}

/** Its tasks wait for the clock; what no event has brought by then, the sweep finds. */
async function swept(saga: Saga<Runtime>, bulkId: string): Promise<void> {
  for (let look = 0; look < 3; look++) {
    await saga.runtime.advanceClock(20 * 60_000);
    await saga.runtime.schedules.runNow();
    const { body } = await saga.request("GET", `/bulk-orders/${bulkId}`);
    const { items } = body as { items: { orderId: string }[] };
    for (const { orderId } of items) if (saga.eventsOf(orderId).length > 0) await saga.settled(orderId);
  }
}

type Hand = Parameters<Runtime["aws"]["payments"]["byHand"]>[1];

const intentOf = ({ aws: { payments } }: Runtime, orderId: string): string =>
  payments.intents().findLast(({ metadata }) => metadata.orderId === orderId)?.id ?? "";

/** What somebody does to an order's payment in the provider's dashboard, which then rings. */
function byHand({ runtime }: Saga<Runtime>, orderId: string, action: Hand): void {
  runtime.aws.payments.byHand(intentOf(runtime, orderId), action);
}

/** As a webhook does. */
async function ring({ runtime }: Saga<Runtime>, orderId: string): Promise<void> {
  const MessageBody = JSON.stringify({ intentId: intentOf(runtime, orderId) });
  const QueueUrl = runtime.queueUrls.get("payment-hear-provider");
  await runtime.clients.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody }));
}

/** So many minutes later the schedules run. */
async function later({ runtime }: Saga<Runtime>, minutes: number): Promise<void> {
  await runtime.advanceClock(minutes * 60_000);
  await runtime.schedules.runNow().catch(() => {});
}

async function refund(saga: Saga<Runtime>, orderId: string, amount: number) {
  const headers = { "idempotency-key": randomUUID() };
  const body = { amount, reason: "bruised" };
  const answer = await saga.request("POST", `/orders/${orderId}/refunds`, { body, headers });
  await saga.request("GET", `/orders/${orderId}/payment`);
  return answer;
}

/** The bank asks, and the customer answers; without an answer the time passes. */
async function asked(saga: Saga<Runtime>, outcome?: "succeeded" | "failed"): Promise<string> {
  const orderId = await saga.place({ paymentMethod: "pm_card_authenticationRequired" });
  await saga.until(orderId, "PaymentActionRequired");
  await saga.request("GET", `/orders/${orderId}/payment`);
  if (outcome) saga.runtime.aws.payments.authenticate(intentOf(saga.runtime, orderId), outcome);
  else await later(saga, 11);
  await atRest(saga, orderId);
  return orderId;
}

const atRest = async (saga: Saga<Runtime>, orderId: string) => {
  await saga.settled(orderId);
  await saga.idle();
};

export const scenarios: readonly Scenario[] = [
  {
    name: "orders wait for their stock, and the next one tells how long",
    async play(saga) {
      const orderIds: string[] = [];
      await withoutHearing(saga, "inventory-reserve-stock", async () => {
        for (let count = 0; count < 16; count++) orderIds.push(await saga.place());
        await saga.runtime.advanceClock(60_000);
      });
      for (const orderId of orderIds) await atRest(saga, orderId);
      await saga.runtime.advanceClock(20_000);
      for (let count = 0; count < 8; count++) await atRest(saga, await saga.place());
    },
  },
  {
    name: "an order is confirmed",
    play: async (saga) => atRest(saga, await saga.place()),
  },
  {
    name: "a card is declined",
    play: async (saga) => atRest(saga, await saga.place({ paymentMethod: "pm_card_visa_chargeDeclined" })),
  },
  {
    name: "there is no stock",
    play: async (saga) => atRest(saga, await saga.place({ sku: "TEA-GYOKURO" })),
  },
  {
    name: "an order is placed twice with one key",
    async play(saga) {
      const key = randomUUID();
      await saga.place({ key });
      await atRest(saga, await saga.place({ key }));
    },
  },
  {
    name: "a confirmed order is cancelled",
    async play(saga) {
      const orderId = await saga.place({ sku: "TEA-ASSAM" });
      await atRest(saga, orderId);
      await saga.cancel(orderId);
      await saga.until(orderId, "OrderCancelled");
      await saga.idle();
    },
  },
  {
    name: "an order expires",
    async play(saga) {
      await withoutHearing(saga, "payment-capture-payment", async () => {
        const orderId = await saga.place({ sku: "TEA-LAPSANG" });
        await saga.until(orderId, "StockReserved");
        await saga.until(orderId, "PaymentAuthorized");
        await saga.runtime.advanceClock(16 * 60_000);
        await saga.until(orderId, "PaymentVoided");
      });
      await saga.idle();
    },
  },
  {
    name: "a refund that the provider did not answer is resumed",
    async play(saga) {
      const orderId = await saga.place({ sku: "TEA-ASSAM" });
      await atRest(saga, orderId);
      saga.runtime.faults.set([{ kind: "provider", outcome: "down", operation: "refund" }]);
      await saga.cancel(orderId);
      await saga.idle();
      await withoutHearing(saga, "payment-abort-payment", async () => {
        saga.runtime.faults.remove();
        await saga.runtime.advanceClock(5 * 60_000);
        await saga.runtime.schedules.runNow();
        await saga.until(orderId, "PaymentRefunded");
      });
      await saga.idle();
    },
  },
  {
    name: "customers are asked by their banks, and say yes, no and nothing",
    async play(saga) {
      for (const outcome of ["succeeded", "failed", undefined] as const) {
        const orderId = await asked(saga, outcome);
        await again(saga, orderId);
        await saga.cancel(orderId);
        await saga.idle();
        await again(saga, orderId);
      }
    },
  },
  {
    name: "the schedule asks the customer, and the doorbell says what the bus refused",
    async play(saga) {
      const { faults } = saga.runtime;
      const said = async (event: "PaymentActionRequired" | "PaymentAborted", refused: boolean) => {
        faults.set([{ kind: "provider", outcome: "unknown", operation: "authorize" }]);
        const orderId = await saga.place({ paymentMethod: "pm_card_authenticationRequired" });
        await saga.until(orderId, "StockReserved");
        await saga.idle();
        faults.remove();
        if (event === "PaymentAborted") await later(saga, 3);
        if (refused) faults.set([{ kind: "put-events", outcome: "refused", event }]);
        // Before the reservation expires, whose event would end it as well.
        await later(saga, event === "PaymentAborted" ? 11 : 3);
        faults.remove();
        if (refused) await ring(saga, orderId);
        await saga.until(orderId, event);
        await later(saga, 16);
        await saga.idle();
      };
      await said("PaymentActionRequired", false);
      await said("PaymentActionRequired", true);
      await said("PaymentAborted", true);
    },
  },
  {
    name: "the doorbell finishes what the provider did not answer before",
    async play(saga) {
      const { faults } = saga.runtime;
      const captured = await saga.place({ sku: "TEA-ASSAM" });
      await atRest(saga, captured);
      faults.set([{ kind: "provider", outcome: "down" }]);
      await saga.cancel(captured);
      await saga.idle();
      faults.remove();
      await ring(saga, captured);
      await saga.until(captured, "PaymentRefunded");
      await saga.idle();
      await withoutHearing(saga, "payment-capture-payment", async () => {
        const held = await saga.place({ sku: "TEA-ASSAM" });
        await saga.until(held, "PaymentAuthorized");
        faults.set([{ kind: "provider", outcome: "down", operation: "void" }]);
        await saga.cancel(held);
        await saga.until(held, "PaymentAborted");
        faults.remove();
        await ring(saga, held);
        await saga.until(held, "PaymentVoided");
      });
      await saga.idle();
    },
  },
  {
    name: "the doorbell is silent, and the schedule finds what happened",
    async play(saga) {
      await withoutHearing(saga, "payment-hear-provider", async () => {
        for (const paymentMethod of ["pm_card_pendingRefund", "pm_card_refundFail", "pm_card_visa"]) {
          const orderId = await saga.place({ sku: "TEA-ASSAM", quantity: 2, paymentMethod });
          await saga.settled(orderId);
          await refund(saga, orderId, 5);
          // Nothing is left for the clerk's refund, which the provider then refuses.
          if (paymentMethod === "pm_card_visa") byHand(saga, orderId, { do: "refund" });
          await later(saga, 3);
          if (paymentMethod === "pm_card_pendingRefund") {
            // Before the refund is looked at, which is the last time that the schedule looks.
            byHand(saga, orderId, { do: "dispute", amount: 7 });
            byHand(saga, orderId, { do: "close-dispute", outcome: "lost" });
          }
          for (const minutes of [2, 61, 24 * 60]) await later(saga, minutes);
        }
      });
      await saga.idle();
    },
  },
  {
    name: "the schedule finishes what the provider did not answer",
    async play(saga) {
      for (const paymentMethod of ["pm_card_visa", "pm_card_visa_chargeDeclined"]) {
        saga.runtime.faults.set([{ kind: "provider", outcome: "down", operation: "authorize" }]);
        const orderId = await saga.place({ sku: "TEA-ASSAM", paymentMethod });
        await saga.until(orderId, "StockReserved");
        await saga.idle();
        saga.runtime.faults.remove();
        await later(saga, 3);
        await atRest(saga, orderId);
      }
    },
  },
  {
    name: "money goes back in parts, and a bank takes some",
    async play(saga) {
      for (const paymentMethod of ["pm_card_visa", "pm_card_refundFail"]) {
        const orderId = await saga.place({ sku: "TEA-ASSAM", quantity: 2, paymentMethod });
        await atRest(saga, orderId);
        await refund(saga, orderId, 5);
        await saga.idle();
        const hands: Hand[] = [
          { do: "dispute", amount: 7 },
          { do: "close-dispute", outcome: "won" },
          { do: "refund", amount: 3 },
        ];
        for (const action of hands) {
          byHand(saga, orderId, action);
          await saga.idle();
        }
        await later(saga, 30);
        await saga.idle();
        await again(saga, orderId);
        await saga.cancel(orderId);
        await saga.idle();
        await again(saga, orderId);
      }
    },
  },
  {
    name: "a clerk's refund waits for a provider that does not answer",
    async play(saga) {
      const orderId = await saga.place({ sku: "TEA-ASSAM" });
      await atRest(saga, orderId);
      saga.runtime.faults.set([{ kind: "provider", outcome: "down", operation: "look-up", times: 1 }]);
      await refund(saga, orderId, 5);
      await saga.until(orderId, "RefundMade");
      saga.runtime.faults.remove();
      await saga.idle();
    },
  },
  {
    name: "another hand captures what was given up, and voids what is held",
    async play(saga) {
      await withoutHearing(saga, "payment-capture-payment", async () => {
        for (const action of ["capture", "cancel"] as const) {
          const orderId = await saga.place({ sku: "TEA-ASSAM" });
          await saga.until(orderId, "PaymentAuthorized");
          byHand(saga, orderId, { do: action });
          if (action === "cancel") continue;
          await saga.cancel(orderId);
          await saga.until(orderId, "PaymentVoided");
        }
      });
      await saga.idle();
    },
  },
  {
    name: "an order and a cancellation are published by the sweep",
    async play(saga) {
      const key = randomUUID();
      await unpublished(saga, () => saga.place({ key }).catch(() => {}));
      const orderId = await saga.place({ key });
      await atRest(saga, orderId);
      await unpublished(saga, () => saga.cancel(orderId));
      await saga.until(orderId, "OrderCancelled");
      await saga.idle();
    },
  },
  {
    name: "every event of a settled order is delivered again",
    async play(saga) {
      const cards = ["pm_card_visa", "pm_card_visa_chargeDeclined", "pm_card_captureFails"];
      for (const paymentMethod of cards) {
        const orderId = await saga.place({ paymentMethod });
        await atRest(saga, orderId);
        await again(saga, orderId);
        await saga.cancel(orderId);
        await saga.idle();
        await again(saga, orderId);
      }
    },
  },
  {
    name: "a mail bounces, and there is no other to its address",
    async play(saga) {
      // Each time another address: a known one gets no mail that could bounce.
      const email = `bounce+${randomUUID()}@simulator.amazonses.com`;
      await atRest(saga, await saga.place({ email }));
    },
  },
  {
    name: "customers and operators read and write",
    async play(saga) {
      const orderId = await saga.place();
      const product = { name: "Oolong", unitPrice: 1450, currency: "EUR" };
      await put(saga, "/products/TEA-OOLONG", product);
      const key = randomUUID();
      for (const _ of ["first", "again"]) await put(saga, "/stock/TEA-OOLONG", { delta: 5 }, key);
      // Spread over two buckets, its stock is read as a sum.
      await put(saga, "/stock/TEA-OOLONG", { delta: 0, buckets: 2 }, randomUUID());
      for (const path of [
        `/orders/${orderId}`,
        "/orders",
        "/products",
        "/products/TEA-OOLONG",
        "/stock/TEA-OOLONG",
      ])
        await saga.request("GET", path);
      await atRest(saga, orderId);
      // Nothing changes any more: the request takes a place, waits in vain, and frees it.
      const etag = (await saga.request("GET", `/orders/${orderId}`)).headers.get("etag") ?? "";
      const headers = { "if-none-match": etag };
      await saga.request("GET", `/orders/${orderId}?wait=1`, { headers });
    },
  },
  {
    name: "stock feeds are imported, in part, and refused",
    async play(saga) {
      await supplied(saga, "sku,delta\nTEA-ASSAM,5\nTEA-NOWHERE,1\nTEA-SENCHA,2\n");
      await supplied(saga, "sku,level\nTEA-ASSAM,500\n");
      await supplied(saga, "no feed\n");
    },
  },
  {
    name: "a file is gone before it is read",
    async play(saga) {
      await withoutHearing(saga, "inventory-import-stock", () =>
        withoutHearing(saga, "inventory-audit-upload", async () => {
          await upload(saga, "sku,delta\nTEA-ASSAM,5\n");
          await deleteFiles(saga.runtime);
        }),
      );
      await saga.idle();
    },
  },
  {
    name: "the tasks of a bulk are sent again by the sweep",
    async play(saga) {
      const bulkId = await placeBulk(saga, randomUUID(), ["TEA-ASSAM"]);
      await withoutHearing(saga, "orders-place-child", async () => {
        await saga.runtime.advanceClock(20 * 60_000);
        await saga.runtime.schedules.runNow();
      });
      await swept(saga, bulkId);
      await saga.idle();
    },
  },
  {
    name: "an order of a bulk is cancelled unheard, and its task comes again",
    async play(saga) {
      const bulkId = await placeBulk(saga, randomUUID(), ["TEA-ASSAM"]);
      await saga.runtime.advanceClock(1000);
      const { body } = await saga.request("GET", `/bulk-orders/${bulkId}`);
      const [{ orderId = "" } = {}] = body.items as { orderId?: string }[];
      await saga.until(orderId, "OrderPlaced");
      const event = "OrderCancelRequested";
      saga.runtime.faults.set([{ kind: "put-events", outcome: "refused", event }]);
      await saga.cancel(orderId).catch(() => {});
      saga.runtime.faults.remove();
      const MessageBody = JSON.stringify({ bulkId, row: 0, orderId, ...ordered("TEA-ASSAM") });
      const QueueUrl = saga.runtime.queueUrls.get("orders-place-child");
      await saga.runtime.clients.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody }));
      await saga.until(orderId, "OrderCancelled");
      await saga.idle();
    },
  },
  {
    name: "a bulk is placed twice with one key, and one of its rows is unknown",
    async play(saga) {
      const key = randomUUID();
      const skus = ["TEA-ASSAM", "TEA-SENCHA", "TEA-NOWHERE"];
      await placeBulk(saga, key, skus);
      await swept(saga, await placeBulk(saga, key, skus));
      await saga.idle();
    },
  },
  {
    name: "a bulk of unknown products only",
    async play(saga) {
      await swept(saga, await placeBulk(saga, randomUUID(), ["TEA-NOWHERE"]));
      await saga.idle();
    },
  },
  {
    name: "a bulk of which nothing is heard is published and placed by the sweep",
    async play(saga) {
      const key = randomUUID();
      await unpublished(saga, () => placeBulk(saga, key, ["TEA-ASSAM"]));
      await withoutHearing(saga, "orders-collect-bulk", async () => {
        await swept(saga, await placeBulk(saga, key, ["TEA-ASSAM"]));
      });
      await saga.idle();
    },
  },
  {
    name: "a message that no reaction can read",
    async play(saga) {
      for (const { queue } of saga.runtime.reactions) {
        const QueueUrl = saga.runtime.queueUrls.get(queue.name);
        await saga.runtime.clients.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: "not json" }));
      }
      await saga.idle();
    },
  },
];
