// The arbiter's rules: facts only grow, one decision follows from them, each state asks for one call.
import {
  type Cause,
  causedBy,
  type DomainEvent,
  type EventOf,
  type EventType,
  newEvent,
  type VoidReason,
} from "@order-saga/contracts";
import { invariantViolation } from "@order-saga/messaging";

export type Charge = {
  /** Minor units. */
  amount: number;
  currency: string;
  paymentMethod: string;
  /** ISO time after which nothing is captured. */
  decideBy: string;
};

export type Authorization =
  | { state: "NONE" }
  /** Stored before the provider is asked, so that a crash cannot lose an authorisation. ISO time. */
  | { state: "PENDING"; since: string }
  | { state: "AUTHORIZED"; intentId: string }
  | { state: "DECLINED"; code: string };

export type Payment = {
  orderId: string;
  /** Known once OrderPlaced was heard. */
  charge?: Charge;
  stock: "NONE" | "RESERVED" | "REJECTED";
  cancelled: boolean;
  expired: boolean;
  authorization: Authorization;
  /** Written once; nothing else takes money or frees stock. */
  decision?: "CAPTURE" | "ABORT";
  settlement?: "CAPTURED" | "VOIDED" | "DECLINED" | "CAPTURE_FAILED" | "REFUNDED";
  events: { [T in EventType]?: EventOf<T> };
  /** When an undecided payment is given up (ISO). */
  deadline: string;
  /** True while events that a timer decided are not published. */
  unpublished: boolean;
  /**
   * When the schedule looks at it (ISO), at the latest when something may have to be done; absent at rest.
   */
  dueAt?: string;
  version: number;
};

export type Heard = EventOf<
  "OrderPlaced" | "StockReserved" | "StockRejected" | "OrderCancelRequested" | "ReservationExpired"
>;

/** What the provider must be asked next. */
export type ProviderCall =
  | { kind: "authorize"; charge: Charge; since: string }
  | { kind: "capture"; intentId: string; charge: Charge }
  | { kind: "void"; intentId: string }
  | { kind: "refund"; intentId: string; charge: Charge };

export type ProviderAnswer =
  | { kind: "authorized"; intentId: string }
  | { kind: "declined"; code: string }
  | { kind: "captured" }
  | { kind: "capture-failed"; code: string }
  | { kind: "voided" }
  | { kind: "refunded" };

/** How long a payment without an OrderPlaced waits for one. */
const TOMBSTONE_MILLISECONDS = 15 * 60_000;
/** How long unfinished work is left to the reaction that does it. */
const STALE_MILLISECONDS = 2 * 60_000;

/** Adds the event's fact, and decides in the same write. Returns the same object if it says nothing new. */
export function hear(known: Payment | undefined, event: Heard, now: number): Payment {
  const before = known ?? blank(event.orderId, now);
  const after = addFact(before, event, now);
  if (after === before && known) return known;
  return written(decide(after, causedBy(event, now)), now);
}

function addFact(payment: Payment, event: Heard, now: number): Payment {
  switch (event.type) {
    case "OrderPlaced": {
      if (payment.charge) return payment;
      const { amount, currency, paymentMethod, decideBy } = event.data;
      const charge = { amount, currency, paymentMethod, decideBy };
      const placed = { ...payment, charge, deadline: decideBy };
      if (payment.decision) return placed;
      if (now >= Date.parse(decideBy)) return { ...placed, expired: true };
      return { ...placed, authorization: { state: "PENDING", since: new Date(now).toISOString() } };
    }
    case "StockReserved":
      if (payment.stock === "REJECTED") throw invariantViolation("stock was reserved and also rejected");
      if (payment.stock === "RESERVED") return payment;
      return { ...payment, stock: "RESERVED" };
    case "StockRejected":
      if (payment.stock === "RESERVED") throw invariantViolation("stock was rejected and also reserved");
      if (payment.stock === "REJECTED") return payment;
      return { ...payment, stock: "REJECTED" };
    case "OrderCancelRequested":
      return payment.cancelled ? payment : { ...payment, cancelled: true };
    case "ReservationExpired":
      return payment.expired ? payment : { ...payment, expired: true };
  }
}

/** The decision as a function of the facts: once it is there, it stays. */
function decide(payment: Payment, cause: Cause): Payment {
  if (payment.decision) return payment;
  const { authorization, cancelled, charge, expired, stock } = payment;
  if (cancelled || expired || stock === "REJECTED" || authorization.state === "DECLINED") {
    return settleWithoutProvider({ ...payment, decision: "ABORT" }, cause);
  }
  const inTime = charge !== undefined && cause.now < Date.parse(charge.decideBy);
  if (authorization.state === "AUTHORIZED" && stock === "RESERVED" && inTime) {
    return { ...payment, decision: "CAPTURE" };
  }
  return payment;
}

/** An aborted payment that holds no authorisation is over at once. */
function settleWithoutProvider(payment: Payment, cause: Cause): Payment {
  if (payment.decision !== "ABORT" || payment.settlement) return payment;
  switch (payment.authorization.state) {
    case "NONE":
      return voided(payment, cause, false);
    case "DECLINED": {
      const data = { stage: "authorize" as const, code: payment.authorization.code };
      return say(
        { ...payment, settlement: "DECLINED" },
        newEvent("PaymentDeclined", payment.orderId, cause, data),
      );
    }
    case "PENDING":
    case "AUTHORIZED":
      return payment;
  }
}

/** What the provider must be asked for, or undefined when nothing is outstanding. */
export function nextCall(payment: Payment): ProviderCall | undefined {
  const { authorization, cancelled, charge, decision, settlement } = payment;
  if (!charge) return undefined; // Nothing was ever asked of the provider.
  if (authorization.state === "PENDING") return { kind: "authorize", charge, since: authorization.since };
  if (authorization.state !== "AUTHORIZED") return undefined;
  const { intentId } = authorization;
  if (decision === "CAPTURE" && !settlement) return { kind: "capture", intentId, charge };
  if (decision === "ABORT" && !settlement) return { kind: "void", intentId };
  if (settlement === "CAPTURED" && cancelled) return { kind: "refund", intentId, charge };
  return undefined;
}

/** Adds what the provider answered, and decides in the same write. */
export function record(payment: Payment, answer: ProviderAnswer, cause: Cause): Payment {
  return written(recordAnswer(payment, answer, cause), cause.now);
}

function recordAnswer(payment: Payment, answer: ProviderAnswer, cause: Cause): Payment {
  const { orderId } = payment;
  const money = { amount: payment.charge?.amount ?? 0, currency: payment.charge?.currency ?? "" };
  switch (answer.kind) {
    case "authorized": {
      const authorization = { state: "AUTHORIZED" as const, intentId: answer.intentId };
      const said = newEvent("PaymentAuthorized", orderId, cause, money);
      return decide(say({ ...payment, authorization }, said), cause);
    }
    case "declined": {
      const authorization = { state: "DECLINED" as const, code: answer.code };
      // An abort may have been decided while the authorisation was in flight; then this ends it.
      return settleWithoutProvider(decide({ ...payment, authorization }, cause), cause);
    }
    case "captured":
      return say({ ...payment, settlement: "CAPTURED" }, newEvent("PaymentCaptured", orderId, cause, money));
    case "capture-failed": {
      const data = { stage: "capture" as const, code: answer.code };
      return say(
        { ...payment, settlement: "CAPTURE_FAILED" },
        newEvent("PaymentDeclined", orderId, cause, data),
      );
    }
    case "voided":
      return voided(payment, cause, true);
    case "refunded":
      return say({ ...payment, settlement: "REFUNDED" }, newEvent("PaymentRefunded", orderId, cause, money));
  }
}

function voided(payment: Payment, cause: Cause, authorized: boolean): Payment {
  const data = { reason: voidReason(payment), authorized };
  return say({ ...payment, settlement: "VOIDED" }, newEvent("PaymentVoided", payment.orderId, cause, data));
}

function voidReason({ cancelled, stock }: Payment): VoidReason {
  if (cancelled) return "cancelled";
  return stock === "REJECTED" ? "out_of_stock" : "expired";
}

/** The timer's fact: undecided at the deadline. Undefined if it is decided, or not late. */
export function giveUp(payment: Payment, now: number): Payment | undefined {
  if (payment.decision || now < Date.parse(payment.deadline)) return undefined;
  return written(decide({ ...payment, expired: true }, { causationId: null, now }), now);
}

/** Marks that a timer decided something whose events are still to be published, or that they were. */
export function withUnpublished(payment: Payment, unpublished: boolean): Payment {
  return payment.unpublished === unpublished ? payment : { ...payment, unpublished };
}

/** The write that says a timer's events are published. */
export function published(payment: Payment, now: number): Payment {
  return written(withUnpublished(payment, false), now);
}

/** In the order in which they came about, which a table does not keep. */
export function recorded({ events }: Payment): DomainEvent[] {
  return inOrder.flatMap((type) => events[type] ?? []);
}

const inOrder = [
  "PaymentAuthorized",
  "PaymentDeclined",
  "PaymentVoided",
  "PaymentCaptured",
  "PaymentRefunded",
] as const;

/**
 * True while another delivery has asked the provider so lately that it may still be waiting for the answer.
 */
export function isBeingAuthorized(
  { authorization }: Payment,
  now: number,
  functionTimeoutSeconds: number,
): boolean {
  if (authorization.state !== "PENDING") return false;
  return now - Date.parse(authorization.since) < functionTimeoutSeconds * 1000;
}

function written(payment: Payment, now: number): Payment {
  const { dueAt: _, ...rest } = payment;
  const dueAt = dueTime(payment, now);
  return { ...rest, ...(dueAt && { dueAt }), version: payment.version + 1 };
}

/**
 * A payment at rest is never due, so a run without faults needs no timer. The index is written twice where a
 * moment moves: a record enters it once, soon, and leaves it once; only one that still waits when it is
 * looked at is put off.
 */
function dueTime(payment: Payment, now: number): string | undefined {
  const isOutstanding = payment.unpublished || nextCall(payment) !== undefined;
  if (!isOutstanding && payment.decision) return undefined;
  const soon = now + STALE_MILLISECONDS;
  const isNew = payment.version === 0;
  const latest = isOutstanding || isNew ? soon : Date.parse(payment.deadline);
  const planned = payment.dueAt === undefined ? 0 : Date.parse(payment.dueAt);
  // An earlier moment stays if it leaves time for the work.
  const isSoonEnough = planned >= soon - STALE_MILLISECONDS / 2 && planned <= latest;
  return isSoonEnough ? payment.dueAt : new Date(latest).toISOString();
}

/** Looked at before there was anything to do: the moment that was kept gives way to the deadline. */
export function putOff(payment: Payment, now: number): Payment {
  const { dueAt: _, ...rest } = payment;
  return written(rest, now);
}

/** Each event is said once: the first body is the body. */
function say(payment: Payment, event: DomainEvent): Payment {
  return { ...payment, events: { [event.type]: event, ...payment.events } };
}

function blank(orderId: string, now: number): Payment {
  return {
    orderId,
    stock: "NONE",
    cancelled: false,
    expired: false,
    authorization: { state: "NONE" },
    events: {},
    deadline: new Date(now + TOMBSTONE_MILLISECONDS).toISOString(),
    unpublished: false,
    version: 0,
  };
}
