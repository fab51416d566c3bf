// What the protocol says of one order's facts: which exclude each other, which imply another, and how an order may end.
import type { EventType } from "@order-saga/contracts";

/** Pairs of which an order has at most one. */
export const exclusive: readonly [EventType, EventType][] = [
  ["StockReserved", "StockRejected"],
  ["PaymentCaptured", "PaymentVoided"],
  ["PaymentCaptured", "PaymentDeclined"],
  ["PaymentVoided", "PaymentDeclined"],
  ["OrderConfirmed", "OrderRejected"],
  ["OrderCancelled", "OrderRejected"],
];

/** Where an order has the first, it has the second. */
export const implied: readonly [EventType, EventType][] = [
  ["PaymentRefunded", "PaymentCaptured"],
  ["StockCommitted", "PaymentCaptured"],
  ["OrderConfirmed", "PaymentCaptured"],
];

/** Every way in which the facts contradict each other, in words. */
export function contradictions(has: (type: EventType) => boolean): string[] {
  const both = exclusive.filter(([one, other]) => has(one) && has(other));
  const alone = implied.filter(([one, other]) => has(one) && !has(other));
  return [
    ...both.map(([one, other]) => `${one} and ${other}`),
    ...alone.map(([one, other]) => `${one} without ${other}`),
  ];
}

const ends: ReadonlySet<string> = new Set([
  "CAPTURED/COMMITTED",
  "DECLINED/RELEASED",
  "DECLINED/REJECTED",
  "CAPTURE_FAILED/RELEASED",
  "VOIDED/RELEASED",
  "VOIDED/REJECTED",
  "REFUNDED/RELEASED",
]);

/** True if payment and stock may rest so, by payment's settlement and the reservation's state. */
export function isEnd(settlement: string | undefined, state: string | undefined): boolean {
  return ends.has(`${settlement}/${state}`);
}
