// How a record may change: facts stay, a decision is written once, states only move up (A11).
import { isDeepStrictEqual } from "node:util";
import type { Reservation } from "@order-saga/inventory/reservation";
import type { Notification } from "@order-saga/notification/notification";
import type { Order } from "@order-saga/orders/order";
import type { Payment } from "@order-saga/payment/payment";

/** From each state, every state that it may have reached by the next reading. */
type Ways = Readonly<Record<string, readonly string[]>>;

const none = "none";
const reservationWays: Ways = { RESERVED: ["COMMITTED", "RELEASED"], COMMITTED: ["RELEASED"] };
const settlementWays: Ways = {
  [none]: ["CAPTURED", "VOIDED", "DECLINED", "CAPTURE_FAILED", "REFUNDED", "REFUND_FAILED"],
  CAPTURED: ["REFUNDED", "REFUND_FAILED"],
  // Another hand has given back what our own refund could not, or a refund failed after it was made.
  REFUND_FAILED: ["REFUNDED", "VOIDED"],
  REFUNDED: ["REFUND_FAILED"],
};
const authorizationWays: Ways = {
  NONE: ["PENDING", "ACTION_REQUIRED", "AUTHORIZED", "DECLINED"],
  PENDING: ["ACTION_REQUIRED", "AUTHORIZED", "DECLINED"],
  ACTION_REQUIRED: ["AUTHORIZED", "DECLINED"],
};
const refundWays: Ways = {
  [none]: ["REQUESTED", "PENDING", "SUCCEEDED", "FAILED"],
  REQUESTED: ["PENDING", "SUCCEEDED", "FAILED", "OVERTAKEN"],
  PENDING: ["SUCCEEDED", "FAILED"],
  // A bank may send the money back.
  SUCCEEDED: ["FAILED"],
};
const disputeWays: Ways = { [none]: ["OPENED", "WON", "LOST"], OPENED: ["WON", "LOST"] };
const refundEntryWays: Ways = { made: ["failed"] };
const disputeEntryWays: Ways = { opened: ["won", "lost"] };
const decided = ["CAPTURED", "DECLINED", "ABORTED", "VOIDED", "REFUND_FAILED", "REFUNDED"];
const paymentWays: Ways = {
  [none]: ["ACTION_REQUIRED", "AUTHORIZED", ...decided],
  ACTION_REQUIRED: ["AUTHORIZED", ...decided],
  AUTHORIZED: decided,
  ABORTED: ["VOIDED"],
  CAPTURED: ["REFUND_FAILED", "REFUNDED"],
  REFUND_FAILED: ["REFUNDED"],
};
const stockWays: Ways = {
  [none]: ["RESERVED", "COMMITTED", "RELEASED", "REJECTED"],
  RESERVED: ["COMMITTED", "RELEASED"],
  COMMITTED: ["RELEASED"],
};
const anyMail = ["DUE", "CLAIMED", "SENT", "UNKNOWN", "SUPERSEDED", "REFUSED"];
const mailWays: Ways = { [none]: anyMail, DUE: anyMail, CLAIMED: anyMail, UNKNOWN: anyMail };

const settledBy: Readonly<Record<string, readonly string[]>> = {
  CAPTURE: ["CAPTURED", "CAPTURE_FAILED", "REFUNDED", "REFUND_FAILED"],
  ABORT: ["VOIDED", "DECLINED", "REFUND_FAILED"],
};

/** Each way in which the payment went back or contradicts its decision, in words. */
export function paymentSetbacks(before: Payment | undefined, after: Payment): string[] {
  const { decision = none, settlement } = after;
  const agrees = settlement === undefined || settledBy[decision]?.includes(settlement);
  const setbacks = agrees ? [] : [`settled as ${settlement}, decided ${decision}`];
  if (!before) return setbacks;
  return [
    ...setbacks,
    ...overwritten(before, after),
    ...moved("decision", { [none]: ["CAPTURE", "ABORT"] }, before.decision, after.decision),
    ...moved("settlement", settlementWays, before.settlement, settlement),
    ...moved("authorisation", authorizationWays, before.authorization.state, after.authorization.state),
    ...moved("stock", { NONE: ["RESERVED", "REJECTED"] }, before.stock, after.stock),
    ...(before.cancelled && !after.cancelled ? ["the cancellation is forgotten"] : []),
    ...(before.expired && !after.expired ? ["the expiry is forgotten"] : []),
    ...(before.charge && !isDeepStrictEqual(before.charge, after.charge) ? ["the charge changed"] : []),
    ...entriesMoved("refund", refundWays, before.refunds, after.refunds),
    ...entriesMoved("dispute", disputeWays, before.disputes, after.disputes),
    ...unsaid(before, after),
  ];
}

type Entry = { id: string; amount: number; status: string };

/** An entry of the ledger stays, with its amount. */
function entriesMoved(what: string, ways: Ways, before: readonly Entry[], after: readonly Entry[]): string[] {
  return before.flatMap(({ amount, id, status }) => {
    const now = after.find((each) => each.id === id);
    if (now?.amount !== amount) return [`${what} ${id} of ${amount} became one of ${now?.amount ?? none}`];
    return moved(`${what} ${id}`, ways, status, now.status);
  });
}

function unsaid(before: Payment, after: Payment): string[] {
  const kept = new Map(after.ledgerEvents.map((event) => [event.id, event]));
  return before.ledgerEvents
    .filter((event) => !isDeepStrictEqual(kept.get(event.id), event))
    .map(({ id, type }) => `the recorded ${type} ${kept.has(id) ? "changed" : "is gone"}`);
}

export function reservationSetbacks(before: Reservation | undefined, after: Reservation): string[] {
  if (!before) return [];
  return [
    ...overwritten(before, after),
    ...moved("reservation", reservationWays, before.state, after.state),
    ...(before.outcome && before.outcome !== after.outcome ? ["the outcome changed"] : []),
    ...(isDeepStrictEqual(before.lines, after.lines) ? [] : ["the reserved lines changed"]),
    ...keptIn("what a refund returned", before.returns, after.returns),
  ];
}

export function orderSetbacks(before: Order | undefined, after: Order): string[] {
  if (!before) return [];
  const known = new Set(after.timeline.map(({ type }) => type));
  return [
    ...overwritten(before, after),
    ...moved("payment shown", paymentWays, before.payment, after.payment),
    ...moved("stock shown", stockWays, before.stock, after.stock),
    ...(before.cancelRequested && !after.cancelRequested ? ["the cancellation is forgotten"] : []),
    ...before.timeline.filter(({ type }) => !known.has(type)).map(({ type }) => `${type} left the timeline`),
    ...entriesKept("refund", refundEntryWays, before.refunds, after.refunds),
    ...entriesKept("dispute", disputeEntryWays, before.disputes, after.disputes),
  ];
}

type Entries = { readonly [id: string]: { readonly amount: number; readonly status: string } };

/** What an order shows of its refunds and disputes stays, with its amount. */
function entriesKept(what: string, ways: Ways, before: Entries = {}, after: Entries = {}): string[] {
  const listed = (entries: Entries) => Object.entries(entries).map(([id, entry]) => ({ id, ...entry }));
  return entriesMoved(what, ways, listed(before), listed(after));
}

function keptIn(what: string, before: object = {}, after: object = {}): string[] {
  const now = after as Record<string, unknown>;
  const gone = Object.entries(before).filter(([id, each]) => !isDeepStrictEqual(now[id], each));
  return gone.map(([id]) => `${what}, ${id}, changed`);
}

/** What is told again may weigh more, so only that it is there is kept. */
const forgotten = (what: string, before: object = {}, after: object = {}) =>
  Object.keys(before).flatMap((id) => (id in after ? [] : [`${what}, ${id}, is gone`]));

export function notificationSetbacks(before: Notification | undefined, after: Notification): string[] {
  if (!before) return [];
  const kinds = Object.keys({ ...before.mails, ...after.mails }) as (keyof Notification["mails"])[];
  return [
    ...overwritten(before, after),
    ...kinds
      .filter((kind) => (after.sentAgain?.[kind] ?? 0) === (before.sentAgain?.[kind] ?? 0))
      .flatMap((kind) =>
        moved(`mail ${kind}`, mailWays, before.mails[kind]?.state, after.mails[kind]?.state),
      ),
    ...(before.placed && !isDeepStrictEqual(before.placed, after.placed) ? ["the contact changed"] : []),
    ...keptIn("a refund to be mailed", before.refunds, after.refunds),
    ...forgotten("a mail that came back", before.returned, after.returned),
  ];
}

type Versioned = { version: number; events?: object };

/** Every write is conditional on the version before it, so a changed record has a higher version. */
function overwritten(before: Versioned, after: Versioned): string[] {
  if (after.version < before.version) return [`version ${before.version} became ${after.version}`];
  if (after.version === before.version && !isDeepStrictEqual(before, after))
    return [`version ${after.version} was written twice`];
  const kept = (after.events ?? {}) as Record<string, unknown>;
  return Object.entries(before.events ?? {})
    .filter(([type, event]) => !isDeepStrictEqual(kept[type], event))
    .map(([type]) => `the recorded ${type} ${kept[type] ? "changed" : "is gone"}`);
}

function moved(what: string, ways: Ways, before = none, after = none): string[] {
  if (before === after || ways[before]?.includes(after)) return [];
  return [`${what}: ${before} became ${after}`];
}
