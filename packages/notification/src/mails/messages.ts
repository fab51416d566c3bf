// The words of each mail.
import type { EventOf, RejectionReason } from "@order-saga/contracts";
import type { Message } from "./layout.ts";

export const received: Message = {
  subject: "We have your order",
  heading: "Thank you for your order",
  paragraphs: [
    "We have received it and are setting it aside for you. You will hear from us again as soon as your payment has gone through.",
  ],
};

/** `total` is formatted money, here and below. */
export function confirmed(total: string): Message {
  return {
    subject: "Your order is confirmed",
    heading: "Your order is confirmed",
    paragraphs: [`We have charged ${total} to your card, and everything you ordered is yours.`],
  };
}

const reasons: Readonly<Record<RejectionReason, string>> = {
  payment_declined:
    "Your bank declined the payment. Nothing was charged; you are welcome to try another card.",
  out_of_stock: "Something you ordered has just sold out. Nothing was charged.",
  expired: "We could not complete your order in time. Nothing was charged; please order again.",
};

export function rejected(reason: RejectionReason): Message {
  return {
    subject: "We could not take your order",
    heading: "We could not take your order",
    paragraphs: [reasons[reason]],
  };
}

export function cancelled(total: string, refunded: boolean): Message {
  return {
    subject: "Your order is cancelled",
    heading: "Your order is cancelled",
    paragraphs: [
      refunded
        ? `We have refunded ${total} to your card. Your bank may take a few days to show it.`
        : "Nothing was charged to your card.",
    ],
  };
}

/** What became of all the orders of a bulk. */
export function completed({
  cancelled: given,
  confirmed: sold,
  count,
  rejected: lost,
}: EventOf<"BulkCompleted">["data"]): Message {
  return {
    subject: `Your ${count} orders are complete`,
    heading: `${sold} of ${count} orders confirmed`,
    paragraphs: [
      `${sold} confirmed, ${lost} rejected, ${given} cancelled. Only the confirmed orders were charged.`,
      ...(sold < count ? ["The bulk order's page shows each order that was not confirmed, and why."] : []),
    ],
  };
}
