// The rules of an order: what was accepted, what inventory and payment said of it, and how it stands.
import {
  type Cause,
  type Contact,
  causedBy,
  type DomainEvent,
  type EventOf,
  type EventType,
  newEvent,
  type OrderLine,
  type OrderStatus,
  totalOf,
  type VoidReason,
} from "@order-saga/contracts";
import { invariantViolation } from "@order-saga/messaging";

export type PaymentFacet = "AUTHORIZED" | "CAPTURED" | "DECLINED" | "VOIDED" | "REFUNDED";
export type StockFacet = "RESERVED" | "COMMITTED" | "RELEASED" | "REJECTED";

export type Order = {
  orderId: string;
  principal: string;
  /** A keyed hash of the request, to tell a retry from a reused key. */
  fingerprint: string;
  currency: string;
  amount: number;
  lines: OrderLine[];
  placedAt: string;
  decideBy: string;
  payment?: PaymentFacet;
  /** Why payment was voided, once it was. */
  voidReason?: VoidReason;
  stock?: StockFacet;
  cancelRequested: boolean;
  events: { [T in EventType]?: EventOf<T> };
  /** Each event type once, with the time of its event. */
  timeline: { type: EventType; at: string }[];
  /** Events that only the sweep would publish if this process died now. */
  unpublished: RootEvent[];
  /** How often the sweep has said the root events again, because the order was not settled in time. */
  repeats: number;
  /** When the sweep looks at it (ISO); absent once settled. */
  dueAt?: string;
  version: number;
};

/** Events that no reaction stands behind: a customer began them. */
export type RootEvent = "OrderPlaced" | "OrderCancelRequested";

export type Tracked = EventOf<
  | "StockReserved"
  | "StockRejected"
  | "StockCommitted"
  | "StockReleased"
  | "PaymentAuthorized"
  | "PaymentDeclined"
  | "PaymentVoided"
  | "PaymentCaptured"
  | "PaymentRefunded"
>;

const paymentRanks: Record<PaymentFacet, number> = {
  AUTHORIZED: 1,
  CAPTURED: 2,
  DECLINED: 3,
  VOIDED: 3,
  REFUNDED: 3,
};
const stockRanks: Record<StockFacet, number> = { RESERVED: 1, COMMITTED: 2, RELEASED: 3, REJECTED: 3 };

const facets: Record<Tracked["type"], { payment: PaymentFacet } | { stock: StockFacet }> = {
  PaymentAuthorized: { payment: "AUTHORIZED" },
  PaymentCaptured: { payment: "CAPTURED" },
  PaymentDeclined: { payment: "DECLINED" },
  PaymentVoided: { payment: "VOIDED" },
  PaymentRefunded: { payment: "REFUNDED" },
  StockReserved: { stock: "RESERVED" },
  StockCommitted: { stock: "COMMITTED" },
  StockReleased: { stock: "RELEASED" },
  StockRejected: { stock: "REJECTED" },
};

/** Pairs of events of which an order has at most one; what was refunded was captured, what was committed reserved. */
const exclusive: readonly [EventType, EventType][] = [
  ["StockReserved", "StockRejected"],
  ["StockCommitted", "StockRejected"],
  ["StockReleased", "StockRejected"],
  ["PaymentCaptured", "PaymentVoided"],
  ["PaymentCaptured", "PaymentDeclined"],
  ["PaymentVoided", "PaymentDeclined"],
  ["PaymentRefunded", "PaymentVoided"],
  ["PaymentRefunded", "PaymentDeclined"],
];

export type Acceptance = {
  orderId: string;
  principal: string;
  fingerprint: string;
  contact: Contact;
  currency: string;
  lines: OrderLine[];
  paymentMethod: string;
  decideWithinSeconds: number;
  now: number;
};

export function accept(given: Acceptance): Order {
  const { contact, currency, lines, now, orderId, paymentMethod } = given;
  const amount = totalOf(lines);
  const decideBy = new Date(now + given.decideWithinSeconds * 1000).toISOString();
  const data = { lines, amount, currency, paymentMethod, contact, decideBy };
  const placed = newEvent("OrderPlaced", orderId, { causationId: null, now }, data);
  return written(
    {
      orderId,
      principal: given.principal,
      fingerprint: given.fingerprint,
      currency,
      amount,
      lines,
      placedAt: placed.occurredAt,
      decideBy,
      cancelRequested: false,
      events: { OrderPlaced: placed },
      timeline: [{ type: "OrderPlaced", at: placed.occurredAt }],
      unpublished: ["OrderPlaced"],
      repeats: 0,
      version: 0,
    },
    now,
  );
}

/** Adds what inventory or payment said; the same object if it was known. */
export function track(order: Order, event: Tracked, now: number): Order {
  if (order.timeline.some((entry) => entry.type === event.type)) return order;
  for (const [one, other] of exclusive) {
    const opposite = event.type === one ? other : event.type === other ? one : undefined;
    if (opposite && order.timeline.some((entry) => entry.type === opposite)) {
      throw invariantViolation(`${event.type} came for an order that has had ${opposite}`);
    }
  }
  const timeline = [...order.timeline, { type: event.type, at: event.occurredAt }];
  return written(conclude(raise({ ...order, timeline }, event), causedBy(event, now)), now);
}

/** A facet only moves up, so the order of arrival does not matter. */
function raise(order: Order, event: Tracked): Order {
  const facet = facets[event.type];
  if ("stock" in facet) {
    const rises = !order.stock || stockRanks[facet.stock] > stockRanks[order.stock];
    return rises ? { ...order, stock: facet.stock } : order;
  }
  const rises = !order.payment || paymentRanks[facet.payment] > paymentRanks[order.payment];
  if (!rises) return order;
  return {
    ...order,
    payment: facet.payment,
    ...(event.type === "PaymentVoided" && { voidReason: event.data.reason }),
  };
}

/** Says the outcome the facets have come to, each once. */
function conclude(order: Order, cause: Cause): Order {
  const outcome = outcomeOf(order, cause);
  if (!outcome || order.events[outcome.type]) return order;
  return {
    ...order,
    events: { ...order.events, [outcome.type]: outcome },
    timeline: [...order.timeline, { type: outcome.type, at: outcome.occurredAt }],
  };
}

function outcomeOf(order: Order, cause: Cause): DomainEvent | undefined {
  const { amount, currency, orderId } = order;
  if (order.payment === undefined) return undefined;
  switch (order.payment) {
    case "AUTHORIZED":
      return undefined;
    case "CAPTURED":
      return newEvent("OrderConfirmed", orderId, cause, { amount, currency });
    case "DECLINED":
      return newEvent("OrderRejected", orderId, cause, { reason: "payment_declined" });
    case "REFUNDED":
      return newEvent("OrderCancelled", orderId, cause, { refunded: true });
    case "VOIDED": {
      const { voidReason = "expired" } = order;
      if (voidReason === "cancelled") return newEvent("OrderCancelled", orderId, cause, { refunded: false });
      return newEvent("OrderRejected", orderId, cause, { reason: voidReason });
    }
  }
}

export function statusOf(order: Order): OrderStatus {
  if (order.payment === undefined) return order.stock === "RESERVED" ? "RESERVED" : "PLACED";
  switch (order.payment) {
    case "CAPTURED":
      return "CONFIRMED";
    case "DECLINED":
      return "REJECTED";
    case "REFUNDED":
      return "CANCELLED";
    case "VOIDED":
      return order.voidReason === "cancelled" ? "CANCELLED" : "REJECTED";
    case "AUTHORIZED":
      return "AUTHORIZED";
  }
}

/** True if the order can still be cancelled: until it was rejected or cancelled, also after its capture. */
export function isCancellable(order: Order): boolean {
  const status = statusOf(order);
  return status !== "REJECTED" && status !== "CANCELLED";
}

/** Records the customer's wish; the same object if it is recorded already. */
export function requestCancel(order: Order, reason: string, now: number): Order {
  if (order.cancelRequested) return order;
  const data = { by: "customer" as const, reason };
  const requested = newEvent("OrderCancelRequested", order.orderId, { causationId: null, now }, data);
  return written(
    {
      ...order,
      cancelRequested: true,
      events: { ...order.events, OrderCancelRequested: requested },
      timeline: [...order.timeline, { type: "OrderCancelRequested", at: requested.occurredAt }],
      unpublished: [...order.unpublished, "OrderCancelRequested"],
    },
    now,
  );
}

/** The bus has these events; the same object if that was known. */
export function published(order: Order, types: readonly RootEvent[], now: number): Order {
  const unpublished = order.unpublished.filter((type) => !types.includes(type));
  if (unpublished.length === order.unpublished.length) return order;
  return written({ ...order, unpublished }, now);
}

/** The sweep has said the root events once more. */
export function repeated(order: Order, now: number): Order {
  return written({ ...order, repeats: order.repeats + 1 }, now);
}

/** Money and stock are at rest, and nothing the customer asked for is open. */
export function isSettled({ cancelRequested, payment, stock }: Order): boolean {
  if (payment === undefined) return false;
  switch (payment) {
    case "CAPTURED":
      return stock === "COMMITTED" && !cancelRequested;
    case "DECLINED":
    case "VOIDED":
      return stock === "RELEASED" || stock === "REJECTED";
    case "REFUNDED":
      return stock === "RELEASED";
    case "AUTHORIZED":
      return false;
  }
}

/** The events a customer began, as they were recorded. */
export function rootEvents(order: Order): DomainEvent[] {
  return [order.events.OrderPlaced, order.events.OrderCancelRequested].filter((event) => event !== undefined);
}

/** The outcomes this event led to: what a redelivery of it says again. */
export function answersOf(order: Order, event: DomainEvent): DomainEvent[] {
  return Object.values(order.events).filter((said) => said.causationId === event.id);
}

const PUBLISH_GRACE_MILLISECONDS = 60_000;
const SETTLE_GRACE_MILLISECONDS = 2 * 60_000;
/** A stuck order is looked at so often at least. */
export const LONGEST_REPEAT_MILLISECONDS = 6 * 3600_000;

function written(order: Order, now: number): Order {
  const { dueAt: _, ...rest } = order;
  const due = dueTime(order, now);
  return {
    ...rest,
    ...(due !== undefined && { dueAt: new Date(due).toISOString() }),
    version: order.version + 1,
  };
}

function dueTime(order: Order, now: number): number | undefined {
  if (order.unpublished.length > 0) return now + PUBLISH_GRACE_MILLISECONDS;
  if (isSettled(order)) return undefined;
  const doubled = SETTLE_GRACE_MILLISECONDS * 2 ** Math.max(0, order.repeats - 1);
  const wait = Math.min(LONGEST_REPEAT_MILLISECONDS, doubled);
  return Math.max(Date.parse(order.decideBy) + SETTLE_GRACE_MILLISECONDS, now + wait);
}
