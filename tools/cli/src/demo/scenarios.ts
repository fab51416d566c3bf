// The orders of the demo: every ending an order can have, and one unreadable message.
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

/** A card whose bank asks the customer each time. */
const ASKS = "pm_card_threeDSecure2Required";

/** 3-D Secure: the order waits for its customer, whose answer the provider rings in. */
const askedByTheBank: readonly Scenario[] = [
  {
    ending: "the bank asks, and the customer says yes",
    count: 2,
    async play(client) {
      const orderId = await client.place({ sku: "TEA-SENCHA", paymentMethod: ASKS });
      await client.until(orderId, ["PaymentActionRequired"]);
      client.answerBank(orderId, "succeeded");
      return orderId;
    },
    endsWith: ["OrderConfirmed", "StockCommitted"],
  },
  {
    ending: "the bank asks, and the customer says no",
    count: 1,
    async play(client) {
      const orderId = await client.place({ sku: "TEA-ASSAM", paymentMethod: ASKS });
      await client.until(orderId, ["PaymentActionRequired"]);
      client.answerBank(orderId, "failed");
      return orderId;
    },
    endsWith: ["OrderRejected", "StockReleased"],
  },
  {
    ending: "the bank asks, and the customer never answers",
    count: 1,
    async play(client, runtime) {
      const orderId = await client.place({ sku: "TEA-LAPSANG", paymentMethod: ASKS });
      await client.until(orderId, ["PaymentActionRequired"]);
      await runtime.advanceClock(11 * 60_000);
      return orderId;
    },
    endsWith: ["OrderRejected", "StockReleased", "PaymentVoided"],
  },
];

/** Money that goes back after the order was confirmed. */
const givenBack: readonly Scenario[] = [
  {
    ending: "one of three came back, and its money",
    count: 1,
    async play(client) {
      const orderId = await client.place({ sku: "TEA-ASSAM", quantity: 3 });
      await client.until(orderId, ["OrderConfirmed", "StockCommitted"]);
      const lines = [{ sku: "TEA-ASSAM", quantity: 1, restock: true }];
      await client.refund(orderId, { lines, reason: "bruised" });
      return orderId;
    },
    endsWith: ["RefundMade"],
  },
  {
    ending: "a part refunded in the provider's dashboard",
    count: 1,
    async play(client) {
      const orderId = await client.place({ sku: "POT-CAST-IRON" });
      await client.until(orderId, ["OrderConfirmed", "StockCommitted"]);
      client.byHand(orderId, { do: "refund", amount: 1_717 });
      return orderId;
    },
    endsWith: ["RefundMade"],
  },
  {
    ending: "disputed at the customer's bank, and won",
    count: 1,
    async play(client) {
      const orderId = await client.place({ sku: "TEA-DARJEELING" });
      await client.until(orderId, ["OrderConfirmed", "StockCommitted"]);
      client.byHand(orderId, { do: "dispute", reason: "product_not_received" });
      await client.until(orderId, ["DisputeOpened"]);
      client.byHand(orderId, { do: "close-dispute", outcome: "won" });
      return orderId;
    },
    endsWith: ["DisputeClosed"],
  },
];

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
      await client.until(orderId, ["PaymentAborted"]);
      capture?.enable();
      return orderId;
    },
    endsWith: ["OrderCancelled", "StockReleased", "PaymentVoided"],
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
      await client.until(orderId, ["PaymentAborted"]);
      capture?.enable();
      return orderId;
    },
    endsWith: ["OrderRejected", "StockReleased", "PaymentVoided"],
  },
  ...askedByTheBank,
  ...givenBack,
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

/** Calls of the provider a second, in the sale. */
const LIMIT = 5;
const SALE_ORDERS = 12;

/** Many orders at once at a provider that limits its calls: it takes longer, and nothing is lost. */
export async function sale(client: DemoClient, runtime: Runtime): Promise<string> {
  let refused = 0;
  const begun = performance.now();
  runtime.observe({
    paymentAnswered({ status }) {
      if (status === 429) refused++;
    },
  });
  runtime.faults.set([{ kind: "limit", of: "provider", perSecond: LIMIT }]);
  const orders = await Promise.all(
    Array.from({ length: SALE_ORDERS }, () => client.place({ sku: "TEA-EARL-GREY" })),
  );
  for (const orderId of orders) await client.until(orderId, ["OrderConfirmed", "StockCommitted"]);
  runtime.faults.remove();
  const seconds = ((performance.now() - begun) / 1000).toFixed(1);
  return `${SALE_ORDERS} orders at once, ${LIMIT} calls a second: all confirmed in ${seconds} s, ${refused} calls refused on the way`;
}

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
