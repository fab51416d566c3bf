// The arbiter's rules: facts only grow, one decision follows from them, each state asks for one call.
import {
  type AbortReason,
  type Cause,
  causedBy,
  type DomainEvent,
  type EventOf,
  newEvent,
} from "@order-saga/contracts";
import { invariantViolation } from "@order-saga/messaging";
import { askedRefund, settleLedger, withDueRefund, withRefundAnswer, withSaidEntries } from "./ledger.ts";
import {
  type Authorization,
  type AuthorizationAnswer,
  type Charge,
  currencyOf,
  emptyParts,
  type Heard,
  type Payment,
  type ProviderAnswer,
  type ProviderCall,
  say,
  type Terms,
} from "./payment-record.ts";

export * from "./payment-record.ts";

/** How long a payment without an OrderPlaced waits for one. */
const TOMBSTONE_MILLISECONDS = 15 * 60_000;
/** How long unfinished work is left to the reaction that does it. */
const STALE_MILLISECONDS = 2 * 60_000;
/** How often the provider is looked at while it may know more than we were told. */
const LOOK_MILLISECONDS = 60_000;
/** A refund that is pending for longer is looked at once an hour: a bank may take days. */
const PENDING_SOON_MILLISECONDS = 10 * 60_000;
const PENDING_LATER_MILLISECONDS = 60 * 60_000;
/** The longest pause between two tries at a provider without an outcome. */
const LONGEST_TRY_MILLISECONDS = 15 * 60_000;

/** Adds the event's fact, and decides in the same write. Returns the same object if it says nothing new. */
export function hear(known: Payment | undefined, event: Heard, now: number, terms: Terms): Payment {
  const before = known ?? blank(event.orderId, now);
  const after = addFact(before, event, now, terms);
  if (after === known) return known;
  return written(advance(after, causedBy(event, now), terms), now);
}

function addFact(payment: Payment, event: Heard, now: number, { isBehind = false }: Terms): Payment {
  switch (event.type) {
    case "OrderPlaced": {
      if (payment.charge) return payment;
      const charge = chargeOf(event);
      const placed = { ...payment, charge, deadline: charge.decideBy };
      if (!payment.decision && now >= Date.parse(charge.decideBy)) return { ...placed, expired: true };
      return isBehind && payment.stock === "NONE" ? placed : intending(placed, now);
    }
    case "StockReserved":
      if (payment.stock === "REJECTED") throw invariantViolation("stock was reserved and also rejected");
      if (payment.stock === "RESERVED") return payment;
      return intending({ ...payment, stock: "RESERVED" }, now);
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

/** The provider is to be asked, unless it was, or there is nothing to ask for any more. */
function intending(payment: Payment, now: number): Payment {
  const { authorization, charge, decision } = payment;
  const inTime = charge !== undefined && now < Date.parse(charge.decideBy);
  if (decision || !inTime || authorization.state !== "NONE") return payment;
  return { ...payment, authorization: { state: "PENDING", since: timeAt(now) } };
}

export function chargeOf({ data }: EventOf<"OrderPlaced">): Charge {
  const { amount, bulkId, bulkRow, currency, decideBy, lines, paymentMethod, placedBy } = data;
  return {
    amount,
    currency,
    paymentMethod,
    decideBy,
    lines: lines.map(({ quantity, sku, unitPrice }) => ({ sku, quantity, unitPrice })),
    ...(placedBy && { principal: placedBy.principal }),
    ...(bulkId !== undefined && bulkRow !== undefined && { ofBulk: { bulkId, bulkRow } }),
  };
}

/** All that follows from the facts: the decision, what is said of it, and what is to be given back. */
export function advance(payment: Payment, cause: Cause, terms: Terms): Payment {
  return settleLedger(withSaidEntries(withDueRefund(decide(payment, cause, terms), cause), cause), cause);
}

/** The decision as a function of the facts: once it is there, it stays. */
function decide(payment: Payment, cause: Cause, terms: Terms): Payment {
  if (payment.decision) return payment;
  const { authorization, cancelled, charge, expired, stock } = payment;
  if (authorization.state === "DECLINED") return decline(payment, authorization, cause);
  if (cancelled || expired || stock === "REJECTED") return abort(payment, cause);
  const inTime = charge !== undefined && cause.now < Date.parse(charge.decideBy);
  if (stock !== "RESERVED" || !inTime) return payment;
  if (authorization.state === "AUTHORIZED") return { ...payment, decision: "CAPTURE" };
  if (authorization.state === "ACTION_REQUIRED") return askCustomer(payment, charge, cause, terms);
  return payment;
}

function decline(payment: Payment, refused: Authorization & { state: "DECLINED" }, cause: Cause): Payment {
  const data = { stage: "authorize" as const, code: refused.code, reason: refused.reason };
  const said = newEvent("PaymentDeclined", payment.orderId, cause, data);
  return say({ ...payment, decision: "ABORT", settlement: "DECLINED" }, said);
}

/** Said at once: the stock is free from here on, whatever the provider still holds. */
function abort(payment: Payment, cause: Cause): Payment {
  const { authorization } = payment;
  const held = authorization.state !== "NONE";
  const said = newEvent("PaymentAborted", payment.orderId, cause, { reason: abortReason(payment), held });
  const aborted: Payment = { ...payment, authorization: withoutSecret(authorization), decision: "ABORT" };
  return say(held ? aborted : { ...aborted, settlement: "VOIDED" }, said);
}

function abortReason({ cancelled, stock }: Payment): AbortReason {
  if (cancelled) return "cancelled";
  return stock === "REJECTED" ? "out_of_stock" : "expired";
}

/** The customer is bothered only for stock that is there, and for at most so long. */
function askCustomer(payment: Payment, charge: Charge, cause: Cause, terms: Terms): Payment {
  if (payment.events.PaymentActionRequired) return payment;
  const latest = cause.now + terms.actionWithinSeconds * 1000;
  const actionBy = timeAt(Math.min(Date.parse(charge.decideBy), latest));
  const data = { actionBy, ...charge.ofBulk };
  const said = newEvent("PaymentActionRequired", payment.orderId, cause, data);
  return say({ ...payment, deadline: actionBy }, said);
}

function withoutSecret(authorization: Authorization): Authorization {
  if (authorization.state !== "ACTION_REQUIRED") return authorization;
  const { clientSecret: _, ...rest } = authorization;
  return rest;
}

/** What the provider must be asked for, or undefined when nothing is outstanding. */
export function nextCall(payment: Payment): ProviderCall | undefined {
  const { authorization, charge, decision, settlement } = payment;
  if (!charge) return undefined; // Nothing was ever asked of the provider.
  switch (authorization.state) {
    case "NONE":
      return undefined;
    case "PENDING": {
      const abortedAt = payment.events.PaymentAborted?.occurredAt;
      return { kind: "authorize", charge, since: authorization.since, ...(abortedAt && { abortedAt }) };
    }
    case "DECLINED":
    case "ACTION_REQUIRED":
    case "AUTHORIZED": {
      const { intentId } = authorization;
      if (intentId === undefined) return undefined;
      const refund = askedRefund(payment);
      if (refund) return { kind: "refund", intentId, charge, refund };
      if (decision === "CAPTURE" && !settlement) return { kind: "capture", intentId, charge };
      const isOpen = authorization.state === "DECLINED" || !settlement;
      if (decision === "ABORT" && isOpen && payment.taken === undefined) return { kind: "void", intentId };
      return undefined;
    }
  }
}

/** True while the provider may know something new that no event or webhook has told payment. */
export function isLookedFor({ authorization, decision, refunds }: Payment): boolean {
  const asksCustomer = authorization.state === "ACTION_REQUIRED" && !decision;
  return asksCustomer || refunds.some(({ status }) => status === "PENDING");
}

/** Adds what the provider answered, and decides in the same write. */
export function record(payment: Payment, answer: ProviderAnswer, cause: Cause, terms: Terms): Payment {
  return written({ ...advance(addAnswer(payment, answer, cause), cause, terms), tries: 0 }, cause.now);
}

function addAnswer(payment: Payment, answer: ProviderAnswer, cause: Cause): Payment {
  switch (answer.kind) {
    case "authorized":
    case "action-required":
    case "declined":
      return withAuthorization(payment, answer, cause);
    case "captured":
      return captured(payment, answer.amount, cause);
    case "capture-failed": {
      const data = { stage: "capture" as const, code: answer.code, reason: answer.reason };
      const said = newEvent("PaymentDeclined", payment.orderId, cause, data);
      return say({ ...payment, settlement: "CAPTURE_FAILED" }, said);
    }
    case "voided":
      return voided(payment, cause);
    case "taken":
      return { ...payment, taken: answer.amount };
    case "refund":
      return withRefundAnswer(payment, answer);
  }
}

/** How the authorisation stands. What is known already is not taken back by an older answer. */
export function withAuthorization(payment: Payment, answer: AuthorizationAnswer, cause: Cause): Payment {
  const { authorization, decision, orderId } = payment;
  const { state } = authorization;
  if (state !== "PENDING" && state !== "ACTION_REQUIRED") return payment;
  switch (answer.kind) {
    case "authorized": {
      const next: Payment = { ...payment, authorization: { state: "AUTHORIZED", intentId: answer.intentId } };
      // After PaymentAborted nothing is said but PaymentVoided.
      if (decision) return next;
      const data = { amount: payment.charge?.amount ?? 0, currency: currencyOf(payment) };
      return say(next, newEvent("PaymentAuthorized", orderId, cause, data));
    }
    case "action-required": {
      if (state === "ACTION_REQUIRED") return payment;
      const asking = { state: "ACTION_REQUIRED" as const, ...answer, since: timeAt(cause.now) };
      const { kind: _, ...next } = asking;
      return { ...payment, authorization: decision ? withoutSecret(next) : next };
    }
    case "declined": {
      const { kind: _, ...refused } = answer;
      const next: Payment = { ...payment, authorization: { state: "DECLINED", ...refused } };
      // Decided before the answer came: then this is what ends it, once the intent is closed too.
      return decision && refused.intentId === undefined ? voided(next, cause) : next;
    }
  }
}

/** The money was taken. Once it is captured, the same answer changes nothing. */
export function captured(payment: Payment, amount: number, cause: Cause): Payment {
  if (payment.settlement) return payment;
  const data = { amount, currency: currencyOf(payment) };
  const said = newEvent("PaymentCaptured", payment.orderId, cause, data);
  return say({ ...payment, settlement: "CAPTURED", taken: amount }, said);
}

/** Nothing is held any more. A declined authorisation, whose intent was only closed, says nothing of it. */
export function voided(payment: Payment, cause: Cause): Payment {
  const { authorization, orderId } = payment;
  const closed = authorization.state === "DECLINED" ? declinedFor({ ...authorization }) : authorization;
  const next = { ...payment, authorization: withoutSecret(closed) };
  if (payment.settlement) return next;
  const authorized = authorization.state === "AUTHORIZED";
  return say({ ...next, settlement: "VOIDED" }, newEvent("PaymentVoided", orderId, cause, { authorized }));
}

function declinedFor({ code, reason }: Authorization & { state: "DECLINED" }): Authorization {
  return { state: "DECLINED", code, reason };
}

/** The timer's fact: undecided at the deadline. Undefined if it is decided, or not late. */
export function giveUp(payment: Payment, now: number, terms: Terms): Payment | undefined {
  if (!isLate(payment, now)) return undefined;
  const cause = { causationId: null, now };
  const next = withUnpublished(payment, advance({ ...payment, expired: true }, cause, terms), now);
  // What is to be asked of the provider now need not wait for a reaction: none is at work on it.
  return { ...written(next, now), dueAt: timeAt(now) };
}

function isLate(payment: Payment, now: number): boolean {
  return !payment.decision && now >= Date.parse(payment.deadline);
}

/** Remembers what the record says more than it did: no queue redelivers for a timer or a doorbell. */
export function withUnpublished(before: Payment, after: Payment, now: number): Payment {
  const more = recordedSince(before, after).map(({ id }) => id);
  return more.length === 0 ? after : dated({ ...after, unpublished: [...after.unpublished, ...more] }, now);
}

/** The events that a step has recorded. */
export function recordedSince(before: Payment | undefined, after: Payment): DomainEvent[] {
  const known = new Set(before && recorded(before).map(({ id }) => id));
  return recorded(after).filter(({ id }) => !known.has(id));
}

/** The events that are still to be published. */
export function unpublishedEvents(payment: Payment): DomainEvent[] {
  return recorded(payment).filter(({ id }) => payment.unpublished.includes(id));
}

/** The write that says that these are published. */
export function published(payment: Payment, events: readonly DomainEvent[], now: number): Payment {
  const ids = new Set(events.map(({ id }) => id));
  const next = written({ ...payment, unpublished: payment.unpublished.filter((id) => !ids.has(id)) }, now);
  // What is to be asked of the provider is no later for it.
  return next.dueAt && payment.dueAt ? { ...next, dueAt: payment.dueAt } : next;
}

/** In the order in which they came about, which a table does not keep. */
export function recorded({ events, ledgerEvents }: Payment): DomainEvent[] {
  const { PaymentRefunded } = events;
  const said = inOrder.flatMap((type) => events[type] ?? []);
  return [...said, ...ledgerEvents, ...(PaymentRefunded ? [PaymentRefunded] : [])];
}

const inOrder = [
  "PaymentActionRequired",
  "PaymentAuthorized",
  "PaymentDeclined",
  "PaymentAborted",
  "PaymentVoided",
  "PaymentCaptured",
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

export function written(payment: Payment, now: number): Payment {
  return { ...dated(payment, now), version: payment.version + 1 };
}

function dated(payment: Payment, now: number): Payment {
  const { dueAt: _, ...rest } = payment;
  const dueAt = dueTime(payment, now);
  return { ...rest, ...(dueAt && { dueAt }) };
}

/**
 * A payment at rest is never due, so a run without faults needs no timer. The index is written twice where a
 * moment moves: a record enters it once, soon, and leaves it once; only one that still waits when it is
 * looked at is put off.
 */
function dueTime(payment: Payment, now: number): string | undefined {
  const isOutstanding = payment.unpublished.length > 0 || nextCall(payment) !== undefined;
  if (!isOutstanding && payment.decision) return lookTime(payment, now);
  const soon = now + STALE_MILLISECONDS;
  const isNew = payment.version === 0;
  const deadline = Date.parse(payment.deadline);
  const waits = isLookedFor(payment) ? Math.min(deadline, now + LOOK_MILLISECONDS) : deadline;
  // A deadline that comes sooner is not missed, whatever else is outstanding.
  const latest = isOutstanding || isNew ? Math.min(soon, payment.decision ? soon : deadline) : waits;
  const planned = payment.dueAt === undefined ? 0 : Date.parse(payment.dueAt);
  // An earlier moment stays if it leaves time for the work.
  const isSoonEnough = planned >= now + STALE_MILLISECONDS / 2 && planned <= latest;
  return isSoonEnough ? payment.dueAt : timeAt(latest);
}

/** When a refund that is pending is looked at next. */
function lookTime({ refunds }: Payment, now: number): string | undefined {
  const pending = refunds.filter(({ status }) => status === "PENDING").map(({ at }) => Date.parse(at));
  if (pending.length === 0) return undefined;
  const isNew = now - Math.max(...pending) < PENDING_SOON_MILLISECONDS;
  return timeAt(now + (isNew ? LOOK_MILLISECONDS : PENDING_LATER_MILLISECONDS));
}

/** Looked at before there was anything to do: the moment that was kept gives way to the next. */
export function putOff(payment: Payment, now: number): Payment {
  const { dueAt: _, ...rest } = payment;
  return written(rest, now);
}

/** The provider gave no outcome: due again after a pause that doubles, so that others have their turn. */
export function triedInVain(payment: Payment, now: number): Payment {
  const wait = Math.min(LONGEST_TRY_MILLISECONDS, (LOOK_MILLISECONDS / 2) * 2 ** payment.tries);
  const deadline = payment.decision ? Number.POSITIVE_INFINITY : Date.parse(payment.deadline);
  const dueAt = timeAt(Math.min(now + wait, Math.max(now, deadline)));
  return { ...payment, tries: payment.tries + 1, dueAt, version: payment.version + 1 };
}

function blank(orderId: string, now: number): Payment {
  return {
    orderId,
    stock: "NONE",
    cancelled: false,
    expired: false,
    ...emptyParts,
    authorization: { state: "NONE" },
    events: {},
    deadline: timeAt(now + TOMBSTONE_MILLISECONDS),
    version: 0,
  };
}

const timeAt = (milliseconds: number) => new Date(milliseconds).toISOString();
