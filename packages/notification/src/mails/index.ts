// Renders the mail of a kind for an order.

import type { Contact } from "@order-saga/contracts";
import type { MailKind, Notification, Placed } from "../notification.ts";
import type { OutgoingMail } from "../ports.ts";
import { type Message, toHtml, toText } from "./layout.ts";
import { action, cancelled, completed, confirmed, received, refunded, rejected } from "./messages.ts";
import { formatMoney } from "./money.ts";

export function render(notification: Notification, kind: MailKind, to: Contact): OutgoingMail {
  const { orderId, placed } = notification;
  if (!placed) throw new TypeError("A mail cannot be rendered before OrderPlaced has been heard.");
  const message = messageOf(notification, placed, kind);
  const { amount = placed.amount } = notification.outcomes.completed ?? {};
  const shown = { ...placed, amount, name: to.name };
  return {
    orderId,
    kind,
    to,
    subject: message.subject,
    text: toText(orderId, shown, message),
    html: toHtml(orderId, shown, message),
  };
}

function messageOf(notification: Notification, placed: Placed, kind: MailKind): Message {
  const { actionBy = "", outcomes, refunds = {} } = notification;
  // What was taken may be less than the order's amount.
  const total = formatMoney(outcomes.confirmed?.amount ?? placed.amount, placed.currency);
  switch (kind) {
    case "received":
      return received;
    case "action":
      return action(total, actionBy);
    case "confirmed":
      return confirmed(total);
    case "rejected":
      return rejected(outcomes.rejected ?? { reason: "expired" });
    case "cancelled":
      return cancelled(total, outcomes.cancelled ?? { refunded: false });
    case "completed":
      if (!outcomes.completed) throw new TypeError("A bulk's result is not known yet.");
      return completed(outcomes.completed);
    default:
      return refunded(formatMoney(refunds[refundIn(kind)]?.amount ?? 0, placed.currency));
  }
}

const refundIn = (kind: `refund:${string}`) => kind.slice("refund:".length);
