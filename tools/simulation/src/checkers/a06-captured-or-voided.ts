// A6: a payment is never captured and voided; no more is given back than was taken, nor said to be.
import type { Payment } from "@order-saga/payment/payment";
import type { Checker, Intent, Observed, PublishedEntry, Violation } from "./observed.ts";
import { asPayment, isGenuine, newOf, violation } from "./records.ts";

export function capturedOrVoided(): Checker {
  /** Refunds that were in a ledger before, as `order/refund`. */
  const known = new Set<string>();

  return {
    invariant: "A6",
    says: "never captured and voided; requested, pending and refunded ≤ captured; made only when it is",
    afterStep(observed, step) {
      return [
        ...[...step.orderIds].flatMap((orderId) => (observed.intents.get(orderId) ?? []).flatMap(wrong)),
        ...step.written.flatMap((item) => {
          const payment = asPayment(item);
          return payment ? overdrawn(payment, known) : [];
        }),
        ...[...newOf(observed.published, step.from.published)].flatMap((entry) => untrue(observed, entry)),
      ];
    },
  };
}

function wrong({ captured, captures, orderId, refunded, state }: Intent): Violation[] {
  return [
    ...(captures > 0 && state === "voided" ? [violation("A6", "captured and voided", orderId)] : []),
    ...(refunded > captured
      ? [violation("A6", `${refunded} refunded of ${captured} captured`, orderId)]
      : []),
  ];
}

/** In the write that asks for a refund of our own; another hand may give back the same money meanwhile. */
function overdrawn({ orderId, refunds, taken = 0 }: Payment, known: Set<string>): Violation[] {
  const fresh = refunds.filter(({ id }) => !known.has(`${orderId}/${id}`));
  for (const { id } of fresh) known.add(`${orderId}/${id}`);
  if (!fresh.some(({ status }) => status === "REQUESTED")) return [];
  const open = refunds.filter(({ status }) => status !== "FAILED" && status !== "OVERTAKEN");
  const sum = open.reduce((total, { amount }) => total + amount, 0);
  return sum > taken ? [violation("A6", `${sum} to be refunded of ${taken} taken`, orderId)] : [];
}

/** A refund is told as made only if the provider has said so, once, and with its amount. */
function untrue(observed: Observed, entry: PublishedEntry): Violation[] {
  if (!isGenuine(entry) || entry.event.type !== "RefundMade") return [];
  const { data, orderId } = entry.event;
  const intents = observed.intents.get(orderId) ?? [];
  const refund = intents
    .flatMap(({ refunds }) => refunds)
    .find(({ id, refundId }) => (refundId ?? id) === data.refundId);
  if (refund?.wasMade && refund.amount === data.amount) return [];
  const detail = `refund ${data.refundId} of ${data.amount} was told as made; it is ${refund?.status ?? "unknown"}`;
  return [violation("A6", detail, orderId)];
}
