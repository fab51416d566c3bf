// The state abstraction: which differences between two records or events the rules can tell.
import { type DomainEvent, type EventType, subjectOf } from "@order-saga/contracts";
import type { Reservation } from "@order-saga/inventory/reservation";
import type { Notification } from "@order-saga/notification/notification";
import type { Order } from "@order-saga/orders/order";
import type { Payment } from "@order-saga/payment/payment";
import type { Kind, Kinds } from "./record-kinds.ts";

/** Rules ask only whether a time has come: this one always has, FAR_AWAY only once time passes for good. */
export const LONG_AGO = "2000-01-01T00:00:00.000Z";
const FAR_AWAY = "3000-01-01T00:00:00.000Z";

const plain = <T>(value: T): Record<string, unknown> => value as Record<string, unknown>;

/** What tells two contents apart for the rules. With `exact`, every byte but the version does. */
export function essence<K extends Kind>(kind: K, given: Kinds[K], exact: boolean): unknown {
  if (kind === "event") {
    const event = given as DomainEvent;
    const { data, type } = event;
    return exact ? given : { type, of: subjectOf(event), data: withoutExpiry(data) };
  }
  if (kind === "intent") return given;
  const { version: _, ...record } = plain(given);
  if (exact) return record;
  switch (kind) {
    case "payment":
      return essenceOfPayment(given as Payment);
    case "reservation":
      return essenceOfReservation(given as Reservation);
    case "order":
      return essenceOfOrder(given as Order);
    default:
      return essenceOfNotification(given as Notification);
  }
}

/** No rule reads `reservedUntil`: inventory finds an expired reservation by `dueAt`. */
function withoutExpiry(data: object) {
  const { reservedUntil: _, ...rest } = data as { reservedUntil?: string };
  return rest;
}

const bodies = (events: { [T in EventType]?: DomainEvent }) =>
  Object.fromEntries(Object.values(events).map(({ data, type }) => [type, withoutExpiry(data)]));

/** In one order, as a set. */
const unordered = (all: readonly unknown[]) => all.map((each) => JSON.stringify(each)).toSorted();

const withoutTime = <T extends object>(each: T) => ({ ...each, at: undefined });

function essenceOfPayment(payment: Payment) {
  const {
    authorization,
    deadline,
    decision,
    disputes,
    events,
    ledgerEvents,
    refunds,
    version: _,
    ...rest
  } = payment;
  return {
    ...rest,
    decision,
    // No rule reads the deadline of a decided payment, or when a customer was first asked.
    deadline: decision ? undefined : deadline,
    authorization:
      authorization.state === "ACTION_REQUIRED" ? { ...authorization, since: undefined } : authorization,
    events: bodies(events),
    ledgerEvents: ledgerEvents
      .map(({ data, id, type }) => ({ data, id, type }))
      .toSorted((a, b) => (a.id < b.id ? -1 : 1)),
    // The first that is requested is asked for first.
    refunds: refunds.map(withoutTime),
    disputes: unordered(disputes.map(withoutTime)),
    unpublished: payment.unpublished.toSorted(),
  };
}

function essenceOfReservation({ events, reservedUntil, version: _, ...rest }: Reservation) {
  return { ...rest, isHeld: reservedUntil !== undefined, events: bodies(events) };
}

function essenceOfOrder({ events, heard, placedAt: _, timeline, version: __, ...rest }: Order) {
  return {
    ...rest,
    refunds: timeless(rest.refunds),
    disputes: timeless(rest.disputes),
    heard: Object.keys(heard).toSorted(),
    timeline: timeline.map(({ type }) => ({ type })).toSorted((a, b) => (a.type < b.type ? -1 : 1)),
    // The cause of an outcome tells which redelivery says it again.
    events: Object.fromEntries(
      Object.values(events).map(({ causationId, data, type }) => [type, { causationId, data }]),
    ),
  };
}

/** No rule reads when an entry came about. */
const timeless = (entries: Readonly<Record<string, object>> | undefined) =>
  Object.fromEntries(Object.entries(entries ?? {}).map(([id, each]) => [id, withoutTime(each)]));

function essenceOfNotification({ mails, version: _, ...rest }: Notification) {
  const essences = Object.entries(mails).map(([kind, mail]) => {
    if (mail.state === "CLAIMED") return [kind, mail];
    return [kind, { state: mail.state, by: mail.state === "UNKNOWN" ? mail.by : undefined }];
  });
  return { ...rest, mails: Object.fromEntries(essences) };
}

/** How often a timer has repeated itself lengthens its pause and nothing else. */
export function withoutRepeats<K extends Kind>(kind: K, given: Kinds[K]): Kinds[K] {
  if (kind === "order") return { ...given, repeats: 0 };
  if (kind === "payment") return { ...given, tries: 0 };
  return kind === "reservation" ? { ...given, signals: 0 } : given;
}

/** The record at a moment: each time becomes long ago, far away, or the first moment at which it has come. */
export function aged<K extends Kind>(
  kind: K,
  given: Kinds[K],
  now: number,
  moments: readonly number[],
): Kinds[K] {
  const come = (time: string, after = 0) => {
    const at = Date.parse(time) + after;
    // A function recognises its own write by the time in it.
    if (after > 0 && at - after === now) return time;
    if (at <= now) return LONG_AGO;
    const moment = moments.find((each) => each >= at);
    return moment === undefined ? FAR_AWAY : new Date(moment - after).toISOString();
  };
  const { dueAt } = given as { dueAt?: string };
  const record = dueAt === undefined ? given : { ...given, dueAt: come(dueAt) };
  if (kind === "payment") {
    const { authorization, deadline } = record as Payment;
    const since = authorization.state === "PENDING" ? come(authorization.since, 60_000) : undefined;
    const authorized = since === undefined ? authorization : { ...authorization, since };
    // Once ten minutes have passed, a pending refund is looked at once an hour.
    const refunds = (record as Payment).refunds.map((each) => ({ ...each, at: come(each.at, 600_000) }));
    return {
      ...(record as Payment),
      deadline: come(deadline),
      authorization: authorized,
      refunds,
    } as Kinds[K];
  }
  if (kind !== "notification") return record;
  const { mails } = record as Notification;
  const entries = Object.entries(mails).map(([mail, state]) =>
    state.state === "CLAIMED" ? [mail, { ...state, at: come(state.at, 60_000) }] : [mail, state],
  );
  return { ...(record as Notification), mails: Object.fromEntries(entries) } as Kinds[K];
}
