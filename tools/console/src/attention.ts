// What a person of the shop must do about an order's money, from the events of its payment's ledger.
import type { DomainEvent } from "@order-saga/contracts";
import { withCurrency } from "@order-saga/contracts/currencies";
import type { Facts } from "@order-saga/protocol/facts";

/** What was said of an order, and of each of its refunds and disputes. */
type Ledger = { facts: Facts; entries: ReadonlyMap<string, DomainEvent> };

type Money = { amount: number; currency: string };

/** As a sentence has it, such as `19.80 EUR`. */
export const inWords = ({ amount, currency }: Money) => withCurrency(amount, currency);

/** One sentence for each thing; empty for nearly every order. */
export function attentionOf({ entries, facts }: Ledger): string[] {
  const { OrderPlaced: placed, PaymentCaptured: captured } = facts;
  const isShort = placed && captured && captured.data.amount < placed.data.amount;
  const closed = new Set([...entries.values()].flatMap(closedDispute));
  return [
    ...(isShort
      ? [`Only ${inWords(captured.data)} of ${inWords(placed.data)} was taken: another hand captured it.`]
      : []),
    ...[...entries.values()].flatMap((event) => sentenceOf(event, closed)),
  ];
}

const closedDispute = (event: DomainEvent) => (event.type === "DisputeClosed" ? [event.data.disputeId] : []);

function sentenceOf(event: DomainEvent, closed: ReadonlySet<string>): string[] {
  if (event.type === "RefundFailed")
    return [
      `A refund of ${inWords(event.data)} failed (${spaced(event.data.code)}): give the money back another way.`,
    ];
  if (event.type === "DisputeOpened" && !closed.has(event.data.disputeId))
    return [
      `The customer's bank disputes ${inWords(event.data)} (${spaced(event.data.reason)}): answer it at the provider.`,
    ];
  return [];
}

const spaced = (code: string) => code.replaceAll("_", " ");

/**
 * How much was given back, in minor units; a cancellation says the whole of it at once. A bank may send a
 * refund back that was made.
 */
export function refundedOf({ entries, facts }: Ledger): number {
  const all = [...entries.values()];
  const failed = new Set(all.flatMap(({ data, type }) => (type === "RefundFailed" ? [data.refundId] : [])));
  const made = all.reduce(
    (sum, { data, type }) => sum + (type === "RefundMade" && !failed.has(data.refundId) ? data.amount : 0),
    0,
  );
  return Math.max(made, facts.PaymentRefunded?.data.amount ?? 0);
}
