// Joins what the provider shows of an order's money to what is recorded: an older look takes nothing back.
import type { Cause } from "@order-saga/contracts";
import { type Dispute, type SeenRefund, withSeenDisputes, withSeenRefunds } from "./ledger.ts";
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

/** The same object if the look shows nothing new. */
export function join(payment: Payment, look: Look, cause: Cause, terms: Terms): Payment {
  const known = withIntent(payment, look, cause);
  const joined = withSeenDisputes(withSeenRefunds(known, look.refunds), look.disputes);
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
