// Renders the mail of a kind for an order.

import type { MailKind, Notification, Placed } from "../notification.ts";
import type { OutgoingMail } from "../ports.ts";
import { type Message, toHtml, toText } from "./layout.ts";
import { cancelled, confirmed, received, rejected } from "./messages.ts";
import { formatMoney } from "./money.ts";

export function render(notification: Notification, kind: MailKind): OutgoingMail {
  const { orderId, placed } = notification;
  if (!placed) throw new TypeError("A mail cannot be rendered before OrderPlaced has brought the contact.");
  const message = messageOf(notification, placed, kind);
  return {
    orderId,
    kind,
    to: placed.contact,
    subject: message.subject,
    text: toText(orderId, placed, message),
    html: toHtml(orderId, placed, message),
  };
}

function messageOf({ outcomes }: Notification, placed: Placed, kind: MailKind): Message {
  const total = formatMoney(placed.amount, placed.currency);
  switch (kind) {
    case "received":
      return received;
    case "confirmed":
      return confirmed(total);
    case "rejected":
      return rejected(outcomes.rejected?.reason ?? "expired");
    case "cancelled":
      return cancelled(total, outcomes.cancelled?.refunded ?? false);
  }
}
