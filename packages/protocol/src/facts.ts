// Which facts of one order exclude each other, and which imply another.
import {
  type DomainEvent,
  type EventOf,
  type OrderEventType,
  orderEventTypes,
  producerOf,
} from "@order-saga/contracts";

/** What was said of one order. */
export type Facts = { readonly [T in OrderEventType]?: EventOf<T> };

/**
 * The facts with one more of the same order; one of a type that was said already changes nothing. Of refunds
 * that failed, the fact is the one by which the order ends.
 */
export function withFact(facts: Facts, event: DomainEvent): Facts {
  const decides = event.type === "RefundFailed" && ["cancellation", "abort"].includes(event.data.source);
  return Object.hasOwn(facts, event.type) && !decides ? facts : { ...facts, [event.type]: event };
}

/** What these events of one order say together. */
export const factsFrom = (events: Iterable<DomainEvent>): Facts => [...events].reduce(withFact, {} as Facts);

/** Pairs of which an order has at most one. */
export const exclusive: readonly (readonly [OrderEventType, OrderEventType])[] = [
  ["StockReserved", "StockRejected"],
  ["StockReleased", "StockRejected"],
  ["PaymentCaptured", "PaymentAborted"],
  ["PaymentCaptured", "PaymentDeclined"],
  ["PaymentAborted", "PaymentDeclined"],
  ["OrderConfirmed", "OrderRejected"],
  ["OrderCancelled", "OrderRejected"],
];

/** Where an order has the first, it has the second. */
export const implied: readonly (readonly [OrderEventType, OrderEventType])[] = [
  ["PaymentRefunded", "PaymentCaptured"],
  ["PaymentVoided", "PaymentAborted"],
  ["RefundMade", "PaymentCaptured"],
  ["StockCommitted", "StockReserved"],
  ["StockCommitted", "PaymentCaptured"],
  ["OrderConfirmed", "PaymentCaptured"],
];

/** Every way in which the facts contradict each other, in words. */
export function contradictions(has: (type: OrderEventType) => boolean): string[] {
  const both = exclusive.filter(([one, other]) => has(one) && has(other));
  const alone = implied.filter(([one, other]) => has(one) && !has(other));
  return [
    ...both.map(([one, other]) => `${one} and ${other}`),
    ...alone.map(([one, other]) => `${one} without ${other}`),
  ];
}

/** The facts that the producer of this one cannot also have said of the order; implied facts count. */
export function oppositesOf(type: OrderEventType): readonly OrderEventType[] {
  opposites.set(type, opposites.get(type) ?? orderEventTypes.filter((other) => areOpposite(type, other)));
  return opposites.get(type) ?? [];
}

const opposites = new Map<OrderEventType, readonly OrderEventType[]>();

function areOpposite(one: OrderEventType, other: OrderEventType): boolean {
  if (producerOf(one) !== producerOf(other)) return false;
  const had = [withImplied(one), withImplied(other)] as const;
  return exclusive.some(([a, b]) => (had[0].has(a) && had[1].has(b)) || (had[0].has(b) && had[1].has(a)));
}

/** The fact with all that it implies. */
function withImplied(type: OrderEventType): ReadonlySet<OrderEventType> {
  const found = new Set([type]);
  for (const known of found) for (const [fact, other] of implied) if (fact === known) found.add(other);
  return found;
}
