// Joins what the provider shows of an order's money to what is recorded: an older look takes nothing back.
import type { Cause } from "@order-saga/contracts";
import type { Dispute, Refund } from "./ledger.ts";
import {
  type AuthorizationAnswer,
  advance,
  captured,
  type Payment,
  type Terms,
  voided,
  withAuthorization,
  written,
} from "./payment.ts";

/** How an order's money stands at the provider. */
export type Look = {
  intentId: string;
  /** The order that the intent says it is for. */
  orderId: string;
  intent:
    | AuthorizationAnswer
    /** In minor units; refunds are not subtracted. */
    | { kind: "taken"; amount: number }
    | { kind: "voided" }
    /** The provider itself does not know yet. */
    | { kind: "processing" };
  refunds: readonly SeenRefund[];
  disputes: readonly Dispute[];
};

export type SeenRefund = {
  providerId: string;
  /** Ours, if it was we who asked for it. */
  refundId?: string;
  amount: number;
  status: "PENDING" | "SUCCEEDED" | "FAILED";
  code?: string;
  at: string;
};

/** The same object if the look shows nothing new. */
export function join(payment: Payment, look: Look, cause: Cause, terms: Terms): Payment {
  const joined = withDisputes(withRefunds(withIntent(payment, look, cause), look), look);
  if (joined === payment) return payment;
  return written({ ...advance(joined, cause, terms), tries: 0 }, cause.now);
}

function withIntent(payment: Payment, { intent, intentId }: Look, cause: Cause): Payment {
  switch (intent.kind) {
    case "authorized":
    case "action-required":
    case "declined":
      return withAuthorization(payment, intent, cause);
    case "taken": {
      const known = withAuthorization(payment, { kind: "authorized", intentId }, cause);
      // By our own call, whose answer was lost, or by another hand: either way it is taken.
      if (known.decision === "CAPTURE") return captured(known, intent.amount, cause);
      return known.taken === intent.amount ? known : { ...known, taken: intent.amount };
    }
    case "voided":
      return withoutHold(payment, cause);
    case "processing":
      return payment;
  }
}

/** The intent was given up: by us, by another hand, or because the hold had lapsed. */
function withoutHold(payment: Payment, cause: Cause): Payment {
  const { decision, settlement } = payment;
  if (decision === "ABORT" && !settlement) return voided(payment, cause);
  const lost = {
    kind: "declined" as const,
    code: "payment_intent_canceled",
    reason: "card_declined" as const,
  };
  return withAuthorization(payment, lost, cause);
}

const refundRank = { REQUESTED: 0, PENDING: 1, SUCCEEDED: 2, OVERTAKEN: 3, FAILED: 3 } as const;

function withRefunds(payment: Payment, { refunds }: Look): Payment {
  const joined = refunds.reduce(withRefund, payment.refunds);
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

function withDisputes(payment: Payment, { disputes }: Look): Payment {
  const joined = disputes.reduce(withDispute, payment.disputes);
  return joined === payment.disputes ? payment : { ...payment, disputes: joined };
}

function withDispute(known: Dispute[], seen: Dispute): Dispute[] {
  const index = known.findIndex(({ id }) => id === seen.id);
  const entry = known[index];
  if (!entry) return [...known, seen];
  if (entry.status !== "OPENED" || seen.status === "OPENED") return known;
  return known.with(index, { ...entry, status: seen.status });
}
