// The ledger of a payment, rebuilt from what was said of its refunds and disputes.
import type { Dispute, Refund } from "@order-saga/payment/ledger";
import type { Payment } from "@order-saga/payment/payment";
import type { EntryEvent } from "../facts.ts";

type Ledger = Pick<Payment, "refunds" | "disputes" | "ledgerEvents">;

/**
 * What is said of an entry adds to what is recorded of it. Of a clerk's refund the archive does not know the
 * lines that were not put back into stock.
 */
export function ledgerOf(known: Ledger | undefined, said: readonly EntryEvent[]): Ledger {
  const before = known ?? { refunds: [], disputes: [], ledgerEvents: [] };
  const had = new Set(before.ledgerEvents.map(({ id }) => id));
  const missing = said.filter(({ id }) => !had.has(id));
  return {
    refunds: missing.reduce(withRefund, before.refunds),
    disputes: missing.reduce(withDispute, before.disputes),
    ledgerEvents: [...before.ledgerEvents, ...missing],
  };
}

function withRefund(refunds: Refund[], event: EntryEvent): Refund[] {
  if (event.type !== "RefundMade" && event.type !== "RefundFailed") return refunds;
  const { amount, refundId: id, source } = event.data;
  const entry = refunds.find((each) => each.id === id);
  const hasFailed = event.type === "RefundFailed" || entry?.status === "FAILED";
  const { reason, restock } = event.type === "RefundMade" ? event.data : {};
  const next: Refund = {
    id,
    amount,
    source,
    at: event.occurredAt,
    // The provider's own refunds have its id.
    ...(source === "provider" && { providerId: id }),
    ...(reason !== undefined && { reason }),
    ...(restock && { restock }),
    ...entry,
    status: hasFailed ? "FAILED" : "SUCCEEDED",
    ...(event.type === "RefundFailed" && { code: event.data.code }),
  };
  return [...refunds.filter((each) => each !== entry), next];
}

function withDispute(disputes: Dispute[], event: EntryEvent): Dispute[] {
  if (event.type !== "DisputeOpened" && event.type !== "DisputeClosed") return disputes;
  const { amount, disputeId: id } = event.data;
  const entry = disputes.find((each) => each.id === id);
  const opened = { id, amount, status: "OPENED" as const, at: event.occurredAt, reason: "general" };
  const next: Dispute = {
    ...opened,
    ...entry,
    ...(event.type === "DisputeOpened" && { reason: event.data.reason }),
    ...(event.type === "DisputeClosed" && { status: event.data.outcome === "won" ? "WON" : "LOST" }),
  };
  return [...disputes.filter((each) => each !== entry), next];
}
