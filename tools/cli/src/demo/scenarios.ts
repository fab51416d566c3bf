// The twenty orders of the demo: every ending an order can have, and one unreadable message.
import { SendMessageCommand } from "@aws-sdk/client-sqs";
import type { EventType } from "@order-saga/contracts";
import type { Runtime } from "@order-saga/local/runtime";
import type { DemoClient } from "./client.ts";

export type Scenario = {
  ending: string;
  /** Orders posted by this scenario. */
  count: number;
  /** Plays the scenario once and returns the order's id, or undefined where the API refuses the order. */
  play(client: DemoClient, runtime: Runtime): Promise<string | undefined>;
  /** The event after which the scenario is over. */
  endsWith: readonly EventType[];
};

const VISIBILITY_MINUTES = 4;

export const scenarios: readonly Scenario[] = [
  {
    ending: "confirmed",
    count: 6,
    play: (client) => client.place({ sku: "TEA-EARL-GREY", quantity: 2 }),
    endsWith: ["OrderConfirmed", "StockCommitted"],
  },
  {
    ending: "card declined",
    count: 2,
    play: (client) => client.place({ paymentMethod: "pm_card_visa_chargeDeclined" }),
    endsWith: ["OrderRejected", "StockReleased"],
  },
  {
    ending: "insufficient funds",
    count: 2,
    play: (client) => client.place({ paymentMethod: "pm_card_visa_chargeDeclinedInsufficientFunds" }),
    endsWith: ["OrderRejected", "StockReleased"],
  },
  {
    ending: "capture refused",
    count: 1,
    play: (client) => client.place({ paymentMethod: "pm_card_captureFails" }),
    endsWith: ["OrderRejected", "StockReleased"],
  },
  {
    ending: "out of stock",
    count: 2,
    play: (client) => client.place({ sku: "TEA-GYOKURO" }),
    endsWith: ["OrderRejected", "StockRejected"],
  },
  {
    ending: "unknown SKU refused",
    count: 1,
    async play(client) {
      await client.expectRefusal({ sku: "TEA-UNICORN" }, 422, "unknown-sku");
      return undefined;
    },
    endsWith: [],
  },
  {
    ending: "cancelled before capture",
    count: 2,
    async play(client, runtime) {
      // The stock's answer is held back, so that the cancellation surely comes before the capture.
      const capture = runtime.mappings.get("payment-capture-payment");
      await capture?.disable();
      const orderId = await client.place({ sku: "TEA-SENCHA" });
      await client.until(orderId, ["PaymentAuthorized", "StockReserved"]);
      await client.cancel(orderId);
      await client.until(orderId, ["PaymentVoided"]);
      capture?.enable();
      return orderId;
    },
    endsWith: ["OrderCancelled", "StockReleased"],
  },
  {
    ending: "cancelled after capture",
    count: 2,
    async play(client) {
      const orderId = await client.place({ sku: "TEA-ASSAM" });
      await client.until(orderId, ["OrderConfirmed", "StockCommitted"]);
      await client.cancel(orderId);
      return orderId;
    },
    endsWith: ["OrderCancelled", "PaymentRefunded", "StockReleased"],
  },
  {
    ending: "expired",
    count: 1,
    async play(client, runtime) {
      const capture = runtime.mappings.get("payment-capture-payment");
      await capture?.disable();
      const orderId = await client.place({ sku: "TEA-LAPSANG" });
      await client.until(orderId, ["PaymentAuthorized", "StockReserved"]);
      await runtime.advanceClock(16 * 60_000);
      await client.until(orderId, ["PaymentVoided"]);
      capture?.enable();
      return orderId;
    },
    endsWith: ["OrderRejected", "StockReleased"],
  },
  {
    ending: "confirmed although the provider was down",
    count: 1,
    async play(client, runtime) {
      runtime.faults.set([{ kind: "provider", outcome: "down" }]);
      const orderId = await client.place({ sku: "TEA-DARJEELING" });
      await client.until(orderId, ["StockReserved"]);
      await client.untilOnlyRetriesWait();
      runtime.faults.remove();
      await runtime.advanceClock(VISIBILITY_MINUTES * 60_000);
      return orderId;
    },
    endsWith: ["OrderConfirmed", "StockCommitted"],
  },
];

/**
 * Puts a message that breaks its contract on a reaction's queue; it must end in that reaction's dead-letter
 * queue.
 */
export async function poison(runtime: Runtime): Promise<{ reaction: string; deadLetterQueue: string }> {
  const queue = "inventory-reserve-stock";
  const body = JSON.stringify({
    source: "shop.orders",
    "detail-type": "OrderPlaced",
    detail: { version: 1 },
  });
  await runtime.clients.sqs.send(
    new SendMessageCommand({ QueueUrl: runtime.queueUrls.get(queue), MessageBody: body }),
  );
  return { reaction: "reserve-stock", deadLetterQueue: `${queue}-dlq` };
}
