// The ledger of a payment: what was given back, by whom, and what the customer's bank disputes.
import {
  type Cause,
  lineTotalOf,
  newEvent,
  type OfBulk,
  type RefundSource,
  type StockLine,
  stepOf,
} from "@order-saga/contracts";
import { mergeLines, quantityOf } from "@order-saga/protocol/stock";
import {
  currencyOf,
  type Dispute,
  type LedgerEvent,
  type Payment,
  type ProviderAnswer,
  type Refund,
  type SeenRefund,
  say,
} from "./payment-record.ts";

export type { Dispute, LedgerEvent, Refund, SeenRefund } from "./payment-record.ts";

const sum = (refunds: readonly Refund[]) => refunds.reduce((total, { amount }) => total + amount, 0);

/** What was really given back, in minor units. */
export function refundedOf({ refunds }: Payment): number {
  return sum(refunds.filter(({ status }) => status === "SUCCEEDED"));
}

/** What may still be refunded, in minor units; a refund that failed frees its share. */
export function freeOf({ refunds, taken = 0 }: Payment): number {
  return taken - sum(standing(refunds));
}

/** Those that give money back, or may; one that failed or was overtaken does not. */
const standing = (refunds: readonly Refund[]) =>
  refunds.filter(({ status }) => status !== "FAILED" && status !== "OVERTAKEN");

/** The refund that the provider is to be asked for next. */
export function askedRefund({ refunds }: Payment): Refund | undefined {
  return refunds.find(({ status }) => status === "REQUESTED");
}

/** What a cancellation gives back, or an abort of what another hand had taken. */
export function withDueRefund(payment: Payment, { now }: Cause): Payment {
  const source = dueSource(payment);
  if (!source) return payment;
  const ours = payment.refunds.filter((each) => each.source === source);
  const amount = freeOf(payment);
  // One that failed for good is a person's work: asking again would never end.
  if (amount <= 0 || ours.some(({ status }) => status === "FAILED")) return payment;
  const id = `${source}-${ours.length + 1}`;
  const due: Refund = { id, amount, source, status: "REQUESTED", at: new Date(now).toISOString() };
  return { ...payment, refunds: [...payment.refunds, due] };
}

function dueSource(payment: Payment): "cancellation" | "abort" | undefined {
  const { cancelled, decision, settlement, taken } = payment;
  if (taken === undefined) return undefined;
  if (settlement === "CAPTURED") return cancelled ? "cancellation" : undefined;
  return decision === "ABORT" ? "abort" : undefined;
}

/** Says of each refund and dispute what is not said yet. A refund is made only once the provider says so. */
export function withSaidEntries(payment: Payment, cause: Cause): Payment {
  const { disputes, events, refunds } = payment;
  const currency = currencyOf(payment);
  const said = new Set(payment.ledgerEvents.map(({ id }) => id));
  const made = refunds.filter(({ source, status }) => status === "SUCCEEDED" && isTold(source));
  const failed = refunds.filter(({ status }) => status === "FAILED");
  const closed = disputes.filter(({ status }) => status !== "OPENED");
  const ofBulk = payment.charge?.ofBulk;
  const all: LedgerEvent[] = [
    // What was given back was taken before, so that is said first.
    ...(events.PaymentCaptured ? made : []).map((each) =>
      newEvent("RefundMade", payment.orderId, cause, madeData(each, currency, ofBulk)),
    ),
    ...failed.map((each) =>
      newEvent("RefundFailed", payment.orderId, cause, {
        ...refundData(each, currency),
        code: each.code ?? "refused",
      }),
    ),
    ...disputes.map(({ amount, id: disputeId, reason }) =>
      newEvent("DisputeOpened", payment.orderId, cause, { disputeId, amount, currency, reason }),
    ),
    ...closed.map(({ amount, id: disputeId, status }) =>
      newEvent("DisputeClosed", payment.orderId, cause, {
        disputeId,
        amount,
        currency,
        outcome: status === "WON" ? ("won" as const) : ("lost" as const),
      }),
    ),
  ];
  const fresh = all.filter(({ id }) => !said.has(id));
  return fresh.length === 0 ? payment : { ...payment, ledgerEvents: [...payment.ledgerEvents, ...fresh] };
}

/** A cancellation's refunds are told as one, by PaymentRefunded; those of an abort by PaymentVoided. */
const isTold = (source: RefundSource) => source === "shop" || source === "provider";

const refundData = ({ amount, id: refundId, source }: Refund, currency: string) => ({
  refundId,
  amount,
  currency,
  source,
});

function madeData(refund: Refund, currency: string, ofBulk: OfBulk | undefined) {
  const { reason, restock } = refund;
  return {
    ...refundData(refund, currency),
    ...(reason !== undefined && { reason }),
    ...(restock && { restock }),
    ...ofBulk,
  };
}

/** What ends with the last refund: a cancellation, or an abort of what another hand had taken. */
export function settleLedger(payment: Payment, cause: Cause): Payment {
  const { cancelled, decision, orderId, settlement, taken } = payment;
  if (taken === undefined) return payment;
  const isGivenBack = refundedOf(payment) >= taken;
  if (decision === "ABORT") {
    if (settlement && settlement !== "REFUND_FAILED") return payment;
    if (isGivenBack) {
      const said = newEvent("PaymentVoided", orderId, cause, { authorized: true });
      return say({ ...payment, settlement: "VOIDED" }, said);
    }
    return hasFailed(payment, "abort") ? { ...payment, settlement: "REFUND_FAILED" } : payment;
  }
  if (!cancelled || (settlement !== "CAPTURED" && settlement !== "REFUND_FAILED")) return payment;
  if (isGivenBack) {
    const data = { amount: taken, currency: currencyOf(payment) };
    const said = newEvent("PaymentRefunded", orderId, cause, data);
    return say({ ...payment, settlement: "REFUNDED" }, said);
  }
  return hasFailed(payment, "cancellation") ? { ...payment, settlement: "REFUND_FAILED" } : payment;
}

const hasFailed = ({ refunds }: Payment, of: RefundSource) =>
  refunds.some(({ source, status }) => source === of && status === "FAILED");

/** What a clerk asks for: an amount, or what came back, line by line. */
export type ClerksRefund = {
  id: string;
  fingerprint: string;
  amount?: number | undefined;
  lines?: readonly { sku: string; quantity: number; restock: boolean }[] | undefined;
  sealedReason?: string | undefined;
};

export type RefundRequested =
  | { payment: Payment; refund: Refund; isNew: boolean }
  | { refusal: "not-captured" | "idempotency-key-reused" }
  /** The provider gives back only multiples of `step` minor units in this currency. */
  | { refusal: "refund-not-in-steps"; step: number }
  /** `free` is what may still be refunded, in minor units. */
  | { refusal: "refund-too-large"; free: number };

/**
 * Puts the clerk's refund into the ledger, if so much is left. In one write with what it is checked against,
 * so that two requests at once cannot give back more than was taken.
 */
export function requestRefund(payment: Payment, asked: ClerksRefund, now: number): RefundRequested {
  const known = payment.refunds.find(({ id }) => id === asked.id);
  if (known && known.fingerprint !== asked.fingerprint) return { refusal: "idempotency-key-reused" };
  if (known) return { payment, refund: known, isNew: false };
  const { settlement } = payment;
  if (settlement !== "CAPTURED" && settlement !== "REFUNDED" && settlement !== "REFUND_FAILED")
    return { refusal: "not-captured" };
  const free = freeOf(payment);
  const lines = asked.lines && mergeLines(asked.lines);
  const amount = lines ? priceOf(payment, lines) : asked.amount;
  if (amount === undefined || amount > free || amount <= 0) return { refusal: "refund-too-large", free };
  const step = stepOf(currencyOf(payment));
  if (amount % step !== 0) return { refusal: "refund-not-in-steps", step };
  const restock = mergeLines(asked.lines?.filter((line) => line.restock) ?? []);
  const refund: Refund = {
    id: asked.id,
    amount,
    source: "shop",
    status: "REQUESTED",
    at: new Date(now).toISOString(),
    fingerprint: asked.fingerprint,
    ...(asked.sealedReason !== undefined && { sealedReason: asked.sealedReason }),
    ...(lines && { lines }),
    ...(restock.length > 0 && { restock }),
  };
  return { payment: { ...payment, refunds: [...payment.refunds, refund] }, refund, isNew: true };
}

/** What the lines were sold for; undefined if more comes back than was bought and not yet refunded. */
function priceOf({ charge, refunds }: Payment, lines: readonly StockLine[]): number | undefined {
  const bought = charge?.lines ?? [];
  const given = standing(refunds).flatMap((refund) => refund.lines ?? []);
  const isTooMuch = ({ quantity, sku }: StockLine) =>
    quantity > quantityOf(bought, sku) - quantityOf(given, sku);
  if (lines.some(isTooMuch)) return undefined;
  const unitPriceOf = (sku: string) => bought.find((line) => line.sku === sku)?.unitPrice ?? 0;
  // Not the order's total, which a fee may be part of.
  return lines.reduce(
    (amount, { quantity, sku }) => amount + lineTotalOf({ quantity, unitPrice: unitPriceOf(sku) }),
    0,
  );
}

const refundRank = { REQUESTED: 0, PENDING: 1, SUCCEEDED: 2, OVERTAKEN: 3, FAILED: 3 } as const;

/** Joins what the provider shows; the same object if it shows nothing new. */
export function withSeenRefunds(payment: Payment, seen: readonly SeenRefund[]): Payment {
  const joined = seen.reduce(withRefund, payment.refunds);
  return joined === payment.refunds ? payment : { ...payment, refunds: joined };
}

function withRefund(known: Refund[], seen: SeenRefund): Refund[] {
  const { amount, at, code, providerId, refundId, status } = seen;
  const index = known.findIndex((each) => each.id === refundId || each.providerId === providerId);
  const entry = known[index];
  const now = { status, providerId, ...(code !== undefined && { code }) };
  if (!entry) return [...known, { id: providerId, amount, source: "provider", at, ...now }];
  if (refundRank[status] <= refundRank[entry.status]) return known;
  return known.with(index, { ...entry, ...now });
}

/** The same for disputes. */
export function withSeenDisputes(payment: Payment, seen: readonly Dispute[]): Payment {
  const joined = seen.reduce(withDispute, payment.disputes);
  return joined === payment.disputes ? payment : { ...payment, disputes: joined };
}

function withDispute(known: Dispute[], seen: Dispute): Dispute[] {
  const index = known.findIndex(({ id }) => id === seen.id);
  const entry = known[index];
  if (!entry) return [...known, seen];
  if (entry.status !== "OPENED" || seen.status === "OPENED") return known;
  return known.with(index, { ...entry, status: seen.status });
}

type RefundAnswer = Extract<ProviderAnswer, { kind: "refund" }>;

/** How the refund that was asked for came out. */
export function withRefundAnswer(payment: Payment, answer: RefundAnswer): Payment {
  const { code, providerId, refundId, seen = [], status } = answer;
  const known = {
    status,
    ...(code !== undefined && { code }),
    ...(providerId !== undefined && { providerId }),
  };
  const put = (to: Payment, change: Partial<Refund>): Payment => ({
    ...to,
    refunds: to.refunds.map((each) => (each.id === refundId ? { ...each, ...change } : each)),
  });
  const joined = withSeenRefunds(put(payment, known), seen);
  const asked = joined.refunds.find(({ id }) => id === refundId);
  const isOurs = asked?.source === "cancellation" || asked?.source === "abort";
  // Another hand has given back a part meanwhile: the rest is asked for anew.
  const isOvertaken = status === "FAILED" && isOurs && freeOf(joined) < asked.amount;
  return isOvertaken ? put(joined, { status: "OVERTAKEN" }) : joined;
}
