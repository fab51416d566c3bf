// What customers, operators and the clock do with the saga, so that the functions use what they are granted.
import { randomUUID } from "node:crypto";
import { PutEventsCommand } from "@aws-sdk/client-eventbridge";
import { SendMessageCommand } from "@aws-sdk/client-sqs";
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
  const mapping = saga.runtime.mappings.get(queue);
  await mapping?.disable();
  await part();
  mapping?.enable();
}

/** Resolves when messages of the reaction have failed. */
function failureOf(saga: Saga<Runtime>, reaction: string): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  saga.runtime.observe({
    batchChanged: (batch) => batch.reaction === reaction && batch.end?.failed.size && resolve(),
  });
  return promise;
}

/** Nothing is published while it is placed: the sweeps say it again. */
async function unpublished(saga: Saga<Runtime>, act: () => Promise<unknown>): Promise<void> {
  saga.runtime.faults.set([{ kind: "put-events", outcome: "refused" }]);
  await act();
  saga.runtime.faults.remove();
  await saga.runtime.advanceClock(5 * 60_000);
  await saga.runtime.schedules.runNow();
}

const atRest = async (saga: Saga<Runtime>, orderId: string) => {
  await saga.settled(orderId);
  await saga.idle();
};

export const scenarios: readonly Scenario[] = [
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
        await saga.runtime.advanceClock(16 * 60_000);
        await saga.until(orderId, "PaymentVoided");
      });
      await saga.idle();
    },
  },
  {
    name: "a refund that failed is resumed",
    async play(saga) {
      const orderId = await saga.place({ sku: "TEA-ASSAM" });
      await atRest(saga, orderId);
      saga.runtime.faults.set([{ kind: "provider", outcome: "down", operation: "refund" }]);
      const failed = failureOf(saga, "abort-payment");
      await saga.cancel(orderId);
      await failed;
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
    name: "customers and operators read and write",
    async play(saga) {
      const orderId = await saga.place();
      const product = { name: "Oolong", unitPrice: 1450, currency: "EUR" };
      await put(saga, "/products/TEA-OOLONG", product);
      const key = randomUUID();
      for (const _ of ["first", "again"]) await put(saga, "/stock/TEA-OOLONG", { delta: 5 }, key);
      for (const path of [
        `/orders/${orderId}`,
        "/orders",
        "/products",
        "/products/TEA-OOLONG",
        "/stock/TEA-OOLONG",
      ])
        await saga.request("GET", path);
      await atRest(saga, orderId);
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
