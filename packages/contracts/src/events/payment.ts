// What payment says: the authorisation, the one decision that ends an order, and what became of its money.
import * as z from "zod/mini";
import { Instant } from "../envelope.ts";
import { Amount, Currency } from "../money.ts";
import { defineEvents, type Examples } from "./define.ts";
import { StockLine } from "./inventory.ts";
import { ofBulk } from "./of-bulk.ts";

const Charge = z.object({ amount: Amount, currency: Currency });

export const AbortReason = z.enum(["out_of_stock", "cancelled", "expired"]);
export type AbortReason = z.infer<typeof AbortReason>;

/** Why no money could be taken, as far as a customer can act on it; `shop_error` is the shop's own fault. */
export const DeclineReason = z.enum([
  "card_declined",
  "insufficient_funds",
  "authentication_failed",
  "shop_error",
]);
export type DeclineReason = z.infer<typeof DeclineReason>;

/** The provider's word for what went wrong. */
const Code = z.string().check(z.regex(/^[a-z0-9_]{1,64}$/));

/**
 * Who gave the money back: payment for a cancellation, the shop's clerk, a hand at the provider, or payment
 * because another hand had captured an order that was aborted.
 */
export const RefundSource = z.enum(["cancellation", "shop", "provider", "abort"]);
export type RefundSource = z.infer<typeof RefundSource>;

/** `cancellation-1`, `abort-1`, `rf_…` of a clerk's request, or the provider's own id. */
export const RefundId = z.string().check(z.regex(/^[A-Za-z0-9_-]{1,100}$/));
const DisputeId = z.string().check(z.regex(/^[A-Za-z0-9_-]{1,100}$/));

const refund = {
  refundId: RefundId,
  ...Charge.shape,
  source: RefundSource,
};

export const events = defineEvents("payment", {
  PaymentActionRequired: {
    layer: 2,
    description: "The customer's bank asks for the customer, and the stock is held meanwhile.",
    data: z.object({
      actionBy: Instant.check(z.describe("After this moment payment aborts.")),
      ...ofBulk,
    }),
  },
  PaymentAuthorized: {
    layer: 2,
    description: "The amount is held on the card. For information: nothing waits for it.",
    data: Charge,
  },
  PaymentDeclined: {
    layer: 2,
    description: "The provider refused the card for good: no money is held or taken.",
    data: z.object({
      stage: z.enum(["authorize", "capture"]),
      code: Code.check(z.describe("The provider's decline code, such as `insufficient_funds`.")),
      reason: DeclineReason,
    }),
  },
  PaymentAborted: {
    layer: 2,
    description: "Payment decided to abort: no money of the order will be taken.",
    data: z.object({
      reason: AbortReason,
      held: z
        .boolean()
        .check(z.describe("True when money is held on the card, or may be, until PaymentVoided.")),
    }),
  },
  PaymentVoided: {
    layer: 2,
    description: "Nothing is held on the card of an aborted order any more.",
    data: z.object({
      authorized: z.boolean().check(z.describe("False when nothing had ever been held.")),
    }),
  },
  PaymentCaptured: {
    layer: 2,
    description: "Payment decided to capture, and this much was taken.",
    data: Charge,
  },
  RefundMade: {
    layer: 2,
    description: "The provider gave a part or all of the money back.",
    data: z.object({
      ...refund,
      reason: z.optional(z.string().check(z.maxLength(200))),
      restock: z.optional(z.array(StockLine).check(z.minLength(1), z.maxLength(50))),
      ...ofBulk,
    }),
  },
  RefundFailed: {
    layer: 2,
    description: "A refund failed for good: a person must give the money back.",
    data: z.object({ ...refund, code: Code }),
  },
  DisputeOpened: {
    layer: 2,
    description: "The customer's bank disputes the charge.",
    data: z.object({ disputeId: DisputeId, ...Charge.shape, reason: Code }),
  },
  DisputeClosed: {
    layer: 2,
    description: "A dispute has ended; the money stays with the shop only if it was won.",
    data: z.object({ disputeId: DisputeId, ...Charge.shape, outcome: z.enum(["won", "lost"]) }),
  },
  PaymentRefunded: {
    layer: 2,
    description: "All that was taken is given back, because the customer cancelled.",
    data: Charge,
  },
});

const charge = { amount: 1980, currency: "EUR" };
const refunded = { refundId: "rf_5d41402abc4b2a76b9719d911017c592", amount: 495, currency: "EUR" };

export const examples: Examples<typeof events> = {
  PaymentActionRequired: { answers: "StockReserved", data: { actionBy: "2026-01-05T12:10:00.000Z" } },
  PaymentAuthorized: { answers: "OrderPlaced", data: charge },
  PaymentDeclined: {
    answers: "OrderPlaced",
    data: { stage: "authorize", code: "insufficient_funds", reason: "insufficient_funds" },
  },
  PaymentAborted: { answers: "OrderCancelRequested", data: { reason: "cancelled", held: true } },
  PaymentVoided: { answers: "OrderCancelRequested", data: { authorized: true } },
  PaymentCaptured: { answers: "StockReserved", data: charge },
  PaymentRefunded: { answers: "OrderCancelRequested", data: charge },
  RefundMade: {
    answers: null,
    data: {
      ...refunded,
      source: "shop",
      restock: [{ sku: "TEA-EARL-GREY", quantity: 1 }],
    },
  },
  RefundFailed: { answers: null, data: { ...refunded, source: "shop", code: "lost_or_stolen_card" } },
  DisputeOpened: { answers: null, data: { disputeId: "dp_1Qx", ...charge, reason: "product_not_received" } },
  DisputeClosed: { answers: null, data: { disputeId: "dp_1Qx", ...charge, outcome: "lost" } },
};
