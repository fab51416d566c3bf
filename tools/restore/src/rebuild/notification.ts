// The record of the mails of an order or a bulk, rebuilt so that none is sent twice.
import { type DomainEvent, subjectOf } from "@order-saga/contracts";
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
import type { BulkFacts, EntryEvent } from "../facts.ts";

/**
 * No event says that a mail went out, so each that may have is UNKNOWN: it is never sent again, and the
 * runbook says how an operator tells the customer. Undefined if the record lacks nothing.
 */
export function rebuiltNotification(
  known: Notification | undefined,
  facts: Facts | BulkFacts,
  now: number,
  entryEvents: readonly EntryEvent[] = [],
): Notification | undefined {
  const events: Readonly<Record<string, DomainEvent>> = { ...facts };
  const [first] = Object.values(events);
  const before = known ?? blank(first ? subjectOf(first) : "");
  const heard = notifyCustomer.hears.reduce<Notification>((notification, type) => {
    const event = events[type];
    // As it was heard then: an order that is heard past its deadline has no mail that it was received.
    return event
      ? unsure(hear(notification, event as Heard, Date.parse(event.occurredAt)), now)
      : notification;
  }, before);
  const refunds = entryEvents.filter((event) => event.type === "RefundMade");
  const next = unsure(
    refunds.reduce((notification, refund) => hear(notification, refund, now), heard),
    now,
  );
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
