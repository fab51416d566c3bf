// Which events a change makes: pure, so that the simulator's provider says what the laptop's does.
// Source: docs.stripe.com/api/events/types, November 2026.
import { isClosed } from "./disputes.ts";
import type { DisputeRecord, PaymentIntentRecord, RefundRecord } from "./model.ts";

export type Change =
  | { of: "payment_intent"; before: PaymentIntentRecord | undefined; after: PaymentIntentRecord }
  | { of: "refund"; before: RefundRecord | undefined; after: RefundRecord }
  | { of: "dispute"; before: DisputeRecord | undefined; after: DisputeRecord };

/** The types of the events, and which object each shows. */
export type EventDraft = { type: string; shows: "payment_intent" | "charge" | "refund" | "dispute" };

export function eventsOf(change: Change): EventDraft[] {
  if (change.of === "payment_intent") return ofIntent(change.before, change.after);
  return change.of === "refund"
    ? ofRefund(change.before, change.after)
    : ofDispute(change.before, change.after);
}

/** The intent that a change is about. */
export function intentIdOf(change: Change): string {
  return change.of === "payment_intent" ? change.after.id : change.after.paymentIntent;
}

const intent = (name: string): EventDraft => ({ type: `payment_intent.${name}`, shows: "payment_intent" });
const charge = (name: string): EventDraft => ({ type: `charge.${name}`, shows: "charge" });
const refund = (name: string): EventDraft => ({ type: `refund.${name}`, shows: "refund" });
const dispute = (name: string): EventDraft => ({ type: `charge.dispute.${name}`, shows: "dispute" });

function ofIntent(before: PaymentIntentRecord | undefined, after: PaymentIntentRecord): EventDraft[] {
  const created = before === undefined ? [intent("created")] : [];
  const isTried = (after.attempts ?? 0) > (before?.attempts ?? 0);
  const isFailed = after.lastError !== null && after.lastError !== before?.lastError;
  if (isFailed) {
    return [...created, ...(isTried ? [charge("failed")] : []), intent("payment_failed")];
  }
  if (after.status === before?.status) return created;
  const wasHeld = before?.status === "requires_capture";
  switch (after.status) {
    case "requires_action":
      return [...created, intent("requires_action")];
    case "requires_capture":
      return [...created, charge("succeeded"), intent("amount_capturable_updated")];
    case "succeeded":
      return [...created, charge(wasHeld ? "captured" : "succeeded"), intent("succeeded")];
    case "canceled": {
      const released = charge(after.cancellationReason === "automatic" ? "expired" : "refunded");
      return [...created, ...(wasHeld ? [released] : []), intent("canceled")];
    }
    case "requires_payment_method":
    case "requires_confirmation":
      return created;
  }
}

function ofRefund(before: RefundRecord | undefined, after: RefundRecord): EventDraft[] {
  if (before === undefined) return [refund("created"), charge("refunded")];
  const updated: EventDraft[] = [refund("updated"), { type: "charge.refund.updated", shows: "refund" }];
  return after.status === "failed" ? [...updated, refund("failed")] : updated;
}

function ofDispute(before: DisputeRecord | undefined, after: DisputeRecord): EventDraft[] {
  const isInquiry = after.status.startsWith("warning_");
  if (before === undefined) return [dispute("created"), ...(isInquiry ? [] : [dispute("funds_withdrawn")])];
  if (!isClosed(after.status)) return [dispute("updated")];
  return [dispute("closed"), ...(after.status === "won" ? [dispute("funds_reinstated")] : [])];
}
