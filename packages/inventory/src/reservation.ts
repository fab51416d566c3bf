// The rules of a reservation: which stock an order holds, and when it is sold or given back.
import {
  causedBy,
  type DomainEvent,
  type EventOf,
  type EventType,
  newEvent,
  type Shortage,
  type StockLine,
} from "@order-saga/contracts";
import { invariantViolation } from "@order-saga/messaging";
import { type Buckets, linesHeld, mergeLines, quantityOf } from "@order-saga/protocol/stock";

/** At most one reservation per order; its events are recorded when they are first decided. */
export type Reservation = {
  orderId: string;
  state: "RESERVED" | "REJECTED" | "COMMITTED" | "RELEASED";
  /** Equal SKUs merged, in the order of their names; empty if nothing was ever held. */
  lines: StockLine[];
  /** From which bucket of its SKU a line was taken, and where it goes back; absent if all from the head. */
  buckets?: Buckets;
  /** ISO time; absent if nothing was ever held. */
  reservedUntil?: string;
  /** What refunds have put back into stock, by refund; of a line never more than it has. */
  returns?: { readonly [refundId: string]: StockLine[] };
  /** Why a released reservation was released: a capture may be late only after a refund. */
  outcome?: "aborted" | "refunded";
  events: { [T in EventType]?: EventOf<T> };
  /** How often payment was told of the expiry. */
  signals: number;
  /** When the schedule looks again (ISO); only while RESERVED. */
  dueAt?: string;
  version: number;
};

/** Quantities moved from one counter of their SKUs to another. */
export type Movement = { from: "reserved" | "sold"; to: "sold" | "available"; lines: readonly StockLine[] };

/** What an event means to a reservation: nothing, or one write, with or without a movement of stock. */
export type Step = { next: Reservation; movement: Movement | undefined } | undefined;

type Placed = EventOf<"OrderPlaced">;
type Aborted = EventOf<"PaymentDeclined" | "PaymentAborted">;

/** The reservation an order asks for; whether there is stock for it is the store's condition. */
export function reserve(event: Placed, now: number, reservationSeconds: number): Reservation {
  const lines = mergeLines(event.data.lines);
  const reservedUntil = new Date(now + reservationSeconds * 1000).toISOString();
  const reserved = newEvent("StockReserved", event.orderId, causedBy(event, now), { lines, reservedUntil });
  return {
    ...blank(event.orderId),
    state: "RESERVED",
    lines,
    reservedUntil,
    dueAt: reservedUntil,
    events: { StockReserved: reserved },
  };
}

/** The same reservation, with the buckets its lines are taken from. */
export function takenFrom(reservation: Reservation, buckets: ReadonlyMap<string, number>): Reservation {
  const beyondHeads = [...buckets].filter(([, bucket]) => bucket > 0);
  return beyondHeads.length > 0 ? { ...reservation, buckets: Object.fromEntries(beyondHeads) } : reservation;
}

/** The SKUs of which there is less than the order asks for. */
export function shortagesOf(lines: readonly StockLine[], available: ReadonlyMap<string, number>): Shortage[] {
  return lines
    .map(({ sku, quantity }) => ({ sku, requested: quantity, available: available.get(sku) ?? 0 }))
    .filter((line) => line.available < line.requested);
}

export function reject(event: Placed, shortages: Shortage[], now: number): Reservation {
  const rejected = newEvent("StockRejected", event.orderId, causedBy(event, now), { shortages });
  return { ...blank(event.orderId), state: "REJECTED", events: { StockRejected: rejected } };
}

/** Payment has taken the money. */
export function commit(known: Reservation | undefined, event: EventOf<"PaymentCaptured">, now: number): Step {
  if (!known) throw invariantViolation("a payment was captured for an order that never reserved stock");
  switch (known.state) {
    case "RESERVED": {
      const { lines } = known;
      const committed = newEvent("StockCommitted", known.orderId, causedBy(event, now), { lines });
      return {
        next: changed(known, { state: "COMMITTED", events: { ...known.events, StockCommitted: committed } }),
        movement: { from: "reserved", to: "sold", lines: linesHeld(known) },
      };
    }
    case "COMMITTED":
      return undefined;
    case "RELEASED":
      // The refund overtook the capture: the stock is back already.
      if (known.outcome === "refunded") return undefined;
      throw invariantViolation("a payment was captured although its stock had been released");
    case "REJECTED":
      throw invariantViolation("a payment was captured for an order whose stock was rejected");
  }
}

/** Payment has given up, or given back all or a part. */
export function release(
  known: Reservation | undefined,
  event: Aborted | EventOf<"PaymentRefunded" | "RefundMade">,
  now: number,
): Step {
  switch (event.type) {
    case "RefundMade":
      return takeBack(known, event);
    case "PaymentRefunded":
      return refund(known, event, now);
    case "PaymentDeclined":
    case "PaymentAborted":
      return abort(known, event, now);
  }
}

/** Goods came back with a refund: they are for sale again, each once. */
function takeBack(known: Reservation | undefined, { data }: EventOf<"RefundMade">): Step {
  if (!data.restock) return undefined;
  if (!known) throw invariantViolation("goods came back of an order that never reserved stock");
  switch (known.state) {
    // RESERVED: the refund overtook the capture, which then sells the rest.
    case "RESERVED":
    case "COMMITTED":
      return returned(known, data.refundId, data.restock);
    case "RELEASED":
      // The whole order was refunded: all of it is back already.
      if (known.outcome === "refunded") return undefined;
      throw invariantViolation("goods came back of an order that was aborted");
    case "REJECTED":
      throw invariantViolation("goods came back of an order whose stock was rejected");
  }
}

function returned(known: Reservation, refundId: string, restock: readonly StockLine[]): Step {
  if (known.returns?.[refundId]) return undefined;
  const lines = linesHeld(known)
    .map(({ quantity, sku }) => ({ sku, quantity: Math.min(quantity, quantityOf(restock, sku)) }))
    .filter(({ quantity }) => quantity > 0);
  if (lines.length === 0) return undefined;
  const from = known.state === "COMMITTED" ? "sold" : "reserved";
  return {
    next: { ...known, version: known.version + 1, returns: { ...known.returns, [refundId]: lines } },
    movement: { from, to: "available", lines },
  };
}

function abort(known: Reservation | undefined, event: Aborted, now: number): Step {
  const reason = event.type === "PaymentDeclined" ? "declined" : "aborted";
  if (!known) {
    // It came before OrderPlaced: a tombstone keeps a late OrderPlaced from reserving.
    const data: EventOf<"StockReleased">["data"] = { held: false, lines: [], reason };
    const released = newEvent("StockReleased", event.orderId, causedBy(event, now), data);
    const next: Reservation = {
      ...blank(event.orderId),
      state: "RELEASED",
      outcome: "aborted",
      events: { StockReleased: released },
    };
    return { next, movement: undefined };
  }
  switch (known.state) {
    case "RESERVED":
      return released(known, event, now, reason, "aborted", "reserved");
    case "REJECTED":
      return undefined;
    case "RELEASED":
      // Captured, aborted and declined exclude each other, and a refund implies a capture.
      if (known.events.StockReleased?.data.reason === reason) return undefined;
      throw invariantViolation("a payment was aborted after it had ended in another way");
    case "COMMITTED":
      throw invariantViolation("a payment was aborted after its stock had been sold");
  }
}

function refund(known: Reservation | undefined, event: EventOf<"PaymentRefunded">, now: number): Step {
  if (!known) throw invariantViolation("a payment was refunded for an order that never reserved stock");
  switch (known.state) {
    case "RESERVED":
      return released(known, event, now, "refunded", "refunded", "reserved");
    case "COMMITTED":
      return released(known, event, now, "refunded", "refunded", "sold");
    case "RELEASED":
      if (known.outcome === "refunded") return undefined;
      throw invariantViolation("a payment was refunded after it had been aborted");
    case "REJECTED":
      throw invariantViolation("a payment was refunded for an order whose stock was rejected");
  }
}

function released(
  known: Reservation,
  event: DomainEvent,
  now: number,
  reason: EventOf<"StockReleased">["data"]["reason"],
  outcome: "aborted" | "refunded",
  from: Movement["from"],
): Step {
  const lines = linesHeld(known);
  const data = { held: true, lines, reason };
  const said = newEvent("StockReleased", known.orderId, causedBy(event, now), data);
  return {
    next: changed(known, { state: "RELEASED", outcome, events: { ...known.events, StockReleased: said } }),
    movement: { from, to: "available", lines },
  };
}

const FIRST_REPEAT_MILLISECONDS = 10 * 60_000;
const LONGEST_REPEAT_MILLISECONDS = 24 * 3600_000;

/**
 * Records the request to give an expired reservation up; undefined if it is not expired or not held any more.
 */
export function expire(known: Reservation, now: number): Reservation | undefined {
  const { reservedUntil, dueAt } = known;
  if (known.state !== "RESERVED" || !reservedUntil || !dueAt || Date.parse(dueAt) > now) return undefined;
  const expired =
    known.events.ReservationExpired ??
    newEvent("ReservationExpired", known.orderId, { causationId: null, now }, { reservedUntil });
  return { ...known, version: known.version + 1, events: { ...known.events, ReservationExpired: expired } };
}

/** After the request was published: due again, with doubling pauses, until payment answers. */
export function signalled(known: Reservation, now: number): Reservation {
  const wait = Math.min(LONGEST_REPEAT_MILLISECONDS, FIRST_REPEAT_MILLISECONDS * 2 ** known.signals);
  const dueAt = new Date(now + wait).toISOString();
  return { ...known, version: known.version + 1, signals: known.signals + 1, dueAt };
}

/** The recorded events, in no particular order. */
export function recorded(reservation: Reservation): DomainEvent[] {
  return Object.values(reservation.events);
}

/** The events that a step has recorded. */
export function recordedSince(known: Reservation | undefined, next: Reservation): DomainEvent[] {
  return recorded(next).filter(({ type }) => !known?.events[type]);
}

function blank(orderId: string): Pick<Reservation, "orderId" | "lines" | "signals" | "version"> {
  return { orderId, lines: [], signals: 0, version: 1 };
}

/** A reservation that has left RESERVED is not due any more. */
function changed(known: Reservation, change: Partial<Reservation>): Reservation {
  const { dueAt: _, ...rest } = known;
  return { ...rest, ...change, version: known.version + 1 };
}
