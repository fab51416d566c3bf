// The record of an order's mails, rebuilt so that none is sent twice.
import {
  blank,
  type Heard,
  hear,
  type Mail,
  type MailKind,
  type Notification,
} from "@order-saga/notification/notification";
import { notifyCustomer } from "@order-saga/notification/service";
import type { Facts } from "@order-saga/protocol/facts";

/**
 * No event says that a mail went out, so each that may have is UNKNOWN: it is never sent again, and the
 * runbook says how an operator tells the customer. Undefined if the record lacks nothing.
 */
export function rebuiltNotification(
  known: Notification | undefined,
  facts: Facts,
  now: number,
): Notification | undefined {
  const before = known ?? blank(Object.values(facts)[0]?.orderId ?? "");
  const heard = notifyCustomer.hears.reduce<Notification>((notification, type) => {
    const event = facts[type as keyof Facts];
    return event ? unsure(hear(notification, event as Heard, now), now) : notification;
  }, before);
  const next = unsure(heard, now);
  return next === before ? undefined : { ...next, version: before.version + 1 };
}

function unsure(notification: Notification, now: number): Notification {
  const at = new Date(now).toISOString();
  const open = Object.entries(notification.mails).filter(
    ([, mail]) => mail.state === "DUE" || mail.state === "CLAIMED",
  );
  if (open.length === 0) return notification;
  const unknown = (mail: Mail): Mail => ({ state: "UNKNOWN", at, by: "restore", claimedAt: mail.at });
  const mails = Object.fromEntries(open.map(([kind, mail]) => [kind as MailKind, unknown(mail)]));
  return { ...notification, mails: { ...notification.mails, ...mails } };
}
