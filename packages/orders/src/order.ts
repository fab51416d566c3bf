// The rules of an order: what was accepted, what inventory and payment said of it, and how it stands.
import {
  causedBy,
  type DomainEvent,
  type EventOf,
  isEntryEventType,
  newEvent,
  type OfBulk,
  type OrderEvent,
  type OrderEventType,
  type OrderLine,
  type OrderStatus,
  type Recipient,
  totalOf,
  withCurrency,
} from "@order-saga/contracts";
import { invariantViolation } from "@order-saga/messaging";
import { oppositesOf } from "@order-saga/protocol/facts";
import {
  type FacetFact,
  type Facets,
  facetsOf,
  isSettled,
  statusOf as statusOfFacets,
  typesInOrder,
} from "@order-saga/protocol/status";
import { attentionTo, type Entries, type EntryEvent, entryTimes, withEntry } from "./entries.ts";

/** What is recorded of an order. */
export type Recorded = Entries & {
  orderId: string;
  principal: string;
  /** A keyed hash of the request, to tell a retry from a reused key. */
  fingerprint: string;
  /** What orders has said or will say, each event as it was decided. */
  events: { OrderPlaced: EventOf<"OrderPlaced"> } & { [T in OrderEventType]?: EventOf<T> };
  /** What inventory and payment have said, each with the time of its event. */
  heard: Heard;
  /** Until when the customer may answer the bank that asks (ISO); absent if it never did. */
  actionBy?: string;
  /** The customer's own words on why it is to be cancelled, sealed; absent if they gave none. */
  cancelReason?: string;
  /** True once the sweep has looked at it since its last root event. */
  looked: boolean;
  /** How often the sweep has repeated the root events, because the order was not settled in time. */
  repeats: number;
  /** When the sweep looks at it (ISO); absent once settled. */
  dueAt?: string;
  version: number;
};

/** What follows from the record. */
type Derived = Facets & {
  currency: string;
  amount: number;
  lines: OrderLine[];
  placedAt: string;
  decideBy: string;
  cancelRequested: boolean;
  /** True while its aborted payment may still hold money. */
  isHeld: boolean;
  /** Each event type once, or once for each refund and dispute, with the event's time, the oldest first. */
  timeline: { type: OrderEventType; at: string }[];
};

export type Order = Recorded & Derived;

export type Tracked = EventOf<FacetFact> | EntryEvent;

export type Heard = { readonly [T in FacetFact]?: string };

export type Acceptance = {
  orderId: string;
  principal: string;
  fingerprint: string;
  recipient: Recipient;
  currency: string;
  lines: OrderLine[];
  paymentMethod: string;
  decideWithinSeconds: number;
  now: number;
  ofBulk?: OfBulk;
};

export function accept(given: Acceptance): Order {
  const { currency, fingerprint, lines, now, orderId, paymentMethod, principal, recipient } = given;
  const amount = totalOf(lines);
  const decideBy = timeAt(now + given.decideWithinSeconds * 1000);
  const placedBy = { principal, fingerprint };
  const data = { lines, amount, currency, paymentMethod, ...recipient, decideBy, placedBy, ...given.ofBulk };
  const placed = newEvent("OrderPlaced", orderId, { causationId: null, now }, data);
  return orderOf({
    orderId,
    principal,
    fingerprint,
    events: { OrderPlaced: placed },
    heard: {},
    looked: false,
    repeats: 0,
    dueAt: timeAt(now + HEAR_GRACE_MILLISECONDS),
    version: 1,
  });
}

/** The order that a record is of. */
export function orderOf(recorded: Recorded): Order {
  const { events, heard } = recorded;
  const { data, occurredAt } = events.OrderPlaced;
  const { amount, currency, decideBy, lines } = data;
  const said = Object.values(events).map((event) => ({ type: event.type, at: event.occurredAt }));
  const facts = Object.entries(heard).map(([type, at]) => ({ type: type as OrderEventType, at }));
  // RefundFailed stands in `heard` as well if it is of a cancellation.
  const times = facts.filter(({ type }) => type !== "RefundFailed");
  const timeline = [...said, ...times, ...entryTimes(recorded)].sort(byTime);
  const placed = { currency, amount, lines, placedAt: occurredAt, decideBy };
  const cancelRequested = events.OrderCancelRequested !== undefined;
  return { ...recorded, ...placed, ...facetsOf(heard), cancelRequested, isHeld: isHeld(recorded), timeline };
}

function isHeld({ events, heard, refunds = {} }: Recorded): boolean {
  const outcome = events.OrderRejected ?? events.OrderCancelled;
  if (heard.PaymentVoided || outcome?.data.held !== true) return false;
  return !Object.values(refunds).some(({ source, status }) => source === "abort" && status === "failed");
}

type Entry = Order["timeline"][number];

/** What is of the same moment stands in the order of the layers. */
function byTime(a: Entry, b: Entry): number {
  if (a.at !== b.at) return a.at < b.at ? -1 : 1;
  return typesInOrder.indexOf(a.type) - typesInOrder.indexOf(b.type);
}

/** Adds what inventory or payment said; the same object if it was known. */
export function track(order: Order, event: Tracked, now: number): Order {
  if (isEntryEvent(event)) return trackEntry(order, event, now);
  if (order.heard[event.type]) return order;
  refuseOpposite(order, event);
  const outcome = outcomeOf(event, order.heard, now, ofBulk(order));
  const events = outcome ? { ...order.events, [outcome.type]: outcome } : order.events;
  const heard = { ...order.heard, [event.type]: event.occurredAt };
  const asked = event.type === "PaymentActionRequired" && { actionBy: event.data.actionBy };
  return written({ ...order, events, heard, ...asked }, now);
}

const isEntryEvent = (event: Tracked): event is EntryEvent => isEntryEventType(event.type);

function trackEntry(order: Order, event: EntryEvent, now: number): Order {
  const { disputes, refunds } = order;
  const known = { ...(refunds && { refunds }), ...(disputes && { disputes }) };
  const entries = withEntry(known, event);
  if (entries === known) return order;
  refuseOpposite(order, event);
  // The refund that a cancellation waits for.
  const ends = event.type === "RefundFailed" && event.data.source === "cancellation";
  const heard = ends ? { RefundFailed: event.occurredAt, ...order.heard } : order.heard;
  return written({ ...order, ...entries, heard }, now);
}

function refuseOpposite(order: Order, { type }: Tracked): void {
  const had: readonly OrderEventType[] = order.timeline.map((entry) => entry.type);
  const opposite = oppositesOf(type).find((other) => had.includes(other));
  if (opposite) throw invariantViolation(`${type} came for an order that has had ${opposite}`);
}

/**
 * The outcome that the event leads to, if none was said before: a capture after its refund confirms nothing.
 */
export function outcomeOf(
  event: Tracked,
  heard: Heard,
  now: number,
  of: OfBulk = {},
): OrderEvent | undefined {
  const { orderId } = event;
  const cause = causedBy(event, now);
  switch (event.type) {
    case "PaymentCaptured": {
      const { amount, currency } = event.data;
      return heard.PaymentRefunded
        ? undefined
        : newEvent("OrderConfirmed", orderId, cause, { amount, currency, ...of });
    }
    case "PaymentDeclined":
      return newEvent("OrderRejected", orderId, cause, { reason: event.data.reason, ...of });
    case "PaymentRefunded":
      return newEvent("OrderCancelled", orderId, cause, { refunded: true, ...of });
    case "PaymentAborted": {
      const { held, reason } = event.data;
      const more = { ...(held && { held }), ...of };
      if (reason === "cancelled")
        return newEvent("OrderCancelled", orderId, cause, { refunded: false, ...more });
      return newEvent("OrderRejected", orderId, cause, { reason, ...more });
    }
    case "PaymentActionRequired":
    case "PaymentAuthorized":
    case "PaymentVoided":
    case "RefundMade":
    case "RefundFailed":
    case "DisputeOpened":
    case "DisputeClosed":
    case "StockReserved":
    case "StockRejected":
    case "StockCommitted":
    case "StockReleased":
      return undefined;
  }
}

/** The bulk that the order came with, and its row there; nothing for most. */
export function ofBulk({ events }: Pick<Recorded, "events">): OfBulk {
  const { bulkId, bulkRow } = events.OrderPlaced.data;
  return bulkId !== undefined && bulkRow !== undefined ? { bulkId, bulkRow } : {};
}

export function statusOf({ events, payment, stock }: Order): OrderStatus {
  const isCancelled = events.OrderCancelled !== undefined;
  return statusOfFacets({ isCancelled, ...(payment && { payment }), ...(stock && { stock }) });
}

/** What a person of the shop must do about the order; undefined for most. */
export function attentionOf(order: Order): string | undefined {
  const { amount, currency, events } = order;
  const taken = events.OrderConfirmed?.data.amount ?? amount;
  const money = (minor: number) => withCurrency(minor, currency);
  const short = taken < amount ? [`Only ${money(taken)} of ${money(amount)} was taken.`] : [];
  const sentences = [...short, ...attentionTo(order, currency)];
  return sentences.length > 0 ? sentences.join(" ") : undefined;
}

/** True if the order can still be cancelled: until it was rejected or cancelled, also after its capture. */
export function isCancellable(order: Order): boolean {
  const status = statusOf(order);
  return status !== "REJECTED" && status !== "CANCELLED";
}

/**
 * Records the customer's request; the same object if it is recorded already. OrderPlaced must be on the bus
 * before, so that payment's answer to the request confirms both.
 */
export function requestCancel(order: Order, cancelReason: string | undefined, now: number): Order {
  if (order.cancelRequested) return order;
  const data = { by: "customer" as const, reason: "" };
  const requested = newEvent("OrderCancelRequested", order.orderId, { causationId: null, now }, data);
  const look = timeAt(now + HEAR_GRACE_MILLISECONDS);
  const dueAt = order.dueAt !== undefined && order.dueAt < look ? order.dueAt : look;
  const events = { ...order.events, OrderCancelRequested: requested };
  const own = cancelReason === undefined ? {} : { cancelReason };
  return orderOf({ ...order, ...own, events, looked: false, dueAt, version: order.version + 1 });
}

/**
 * Root events that no other service has confirmed yet; the sweep's first look publishes them. Any event of
 * inventory or payment about the order confirms OrderPlaced; OrderCancelled, or that its refund failed,
 * confirms the request.
 */
export function unconfirmedRootEvents({ disputes, events, heard, looked, refunds }: Recorded): DomainEvent[] {
  const { OrderCancelled, OrderCancelRequested, OrderPlaced } = events;
  if (looked) return [];
  if (OrderCancelRequested) return OrderCancelled || heard.RefundFailed ? [] : [OrderCancelRequested];
  return refunds || disputes || Object.keys(heard).length > 0 ? [] : [OrderPlaced];
}

/** The sweep has looked at the order for the first time, and published its unconfirmed root events. */
export function afterFirstLook(order: Order, now: number): Order {
  return written({ ...order, looked: true, dueAt: nextLook(order, now) }, now);
}

/** The sweep has published the root events once more. */
export function repeated(order: Order, now: number): Order {
  const repeats = order.repeats + 1;
  return written({ ...order, repeats, dueAt: nextLook({ ...order, repeats }, now) }, now);
}

/** The events that a customer caused, as they were recorded. */
export function rootEvents(order: Order): DomainEvent[] {
  return [order.events.OrderPlaced, order.events.OrderCancelRequested].filter((event) => event !== undefined);
}

/** The outcomes this event led to: what a redelivery of it says again. */
export function answersOf(order: Order, event: DomainEvent): DomainEvent[] {
  return Object.values(order.events).filter((said) => said.causationId === event.id);
}

/** When the sweep first looks at a root event; without faults it is confirmed long before. */
export const HEAR_GRACE_MILLISECONDS = 60_000;
const SETTLE_GRACE_MILLISECONDS = 2 * 60_000;
/** The longest pause between two looks at an order that is not settled. */
export const LONGEST_REPEAT_MILLISECONDS = 6 * 3600_000;

/**
 * The next version. It keeps its due time until it is settled, because a move in the index costs two writes.
 */
function written(order: Order, now: number): Order {
  const { dueAt = nextLook(order, now), ...rest } = order;
  const next = orderOf({ ...rest, dueAt, version: order.version + 1 });
  if (!isSettled(next) || unconfirmedRootEvents(next).length > 0) return next;
  return orderOf({ ...rest, version: order.version + 1 });
}

function nextLook({ decideBy, repeats }: Order, now: number): string {
  const doubled = SETTLE_GRACE_MILLISECONDS * 2 ** Math.max(0, repeats - 1);
  const wait = Math.min(LONGEST_REPEAT_MILLISECONDS, doubled);
  return timeAt(Math.max(Date.parse(decideBy) + SETTLE_GRACE_MILLISECONDS, now + wait));
}

const timeAt = (milliseconds: number) => new Date(milliseconds).toISOString();
