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

/** `actionBy` is an ISO time. */
export function action(total: string, actionBy: string): Message {
  const until = `${actionBy.slice(11, 16)} UTC`;
  return {
    subject: "Please confirm your payment",
    heading: "Your bank asks you to confirm the payment",
    paragraphs: [
      `Your bank wants you to confirm the payment of ${total}. Please open your order in our shop and confirm it before ${until}.`,
      "If you do not, the order ends by itself, and nothing is charged to your card.",
    ],
  };
}

/** `amount` is formatted money. */
export function refunded(amount: string): Message {
  return {
    subject: `We have refunded ${amount}`,
    heading: `We have refunded ${amount}`,
    paragraphs: [
      `We have refunded ${amount} of your order to your card. Your bank may take a few days to show it.`,
    ],
  };
}

const reasons: Readonly<Record<RejectionReason, string>> = {
  card_declined: "Your bank declined the payment. You are welcome to order again with another card.",
  insufficient_funds:
    "Your bank declined the payment: there was not enough money for it. You are welcome to order again with another card.",
  authentication_failed:
    "Your bank asked you to confirm the payment, and that did not succeed. You are welcome to order again, with this card or another.",
  out_of_stock: "Something you ordered has just sold out.",
  expired: "We could not complete your order in time. Please order again.",
  shop_error:
    "We could not take the payment because of a mistake on our side. Nothing is wrong with your card. Please try again later.",
};

/** Of money that was not taken; `held` if the bank may show it as reserved. */
function notCharged(held: boolean | undefined): string[] {
  const hold = "Your bank may show the amount as reserved: that disappears by itself within some days.";
  return ["Nothing was charged to your card.", ...(held ? [hold] : [])];
}

export function rejected({ held, reason }: EventOf<"OrderRejected">["data"]): Message {
  return {
    subject: "We could not take your order",
    heading: "We could not take your order",
    paragraphs: [reasons[reason], notCharged(held).join(" ")],
  };
}

export function cancelled(total: string, { held, refunded }: EventOf<"OrderCancelled">["data"]): Message {
  return {
    subject: "Your order is cancelled",
    heading: "Your order is cancelled",
    paragraphs: [
      refunded
        ? `We have refunded ${total} to your card. Your bank may take a few days to show it.`
        : notCharged(held).join(" "),
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
