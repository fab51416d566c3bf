// What orders publishes in a scope without it: a placed order, its cancellation and any outcome, at any time.
import type { DomainEvent, EventType } from "@order-saga/contracts";
import { anEvent, testNow } from "@order-saga/messaging/testing";
import { DECIDE_WITHIN_SECONDS, product } from "./shop.ts";
import type { Saga } from "./world.ts";

/** Each event, and the events after which it does not come. A cancellation may follow a confirmation. */
export const outsideEvents: readonly { type: EventType; unless: readonly EventType[] }[] = [
  { type: "OrderPlaced", unless: [] },
  { type: "OrderCancelRequested", unless: [] },
  { type: "OrderConfirmed", unless: ["OrderRejected", "OrderCancelled"] },
  { type: "OrderRejected", unless: ["OrderConfirmed", "OrderCancelled"] },
  { type: "OrderCancelled", unless: ["OrderRejected"] },
];

const bits = new Map(outsideEvents.map(({ type }, index) => [type, 1 << index]));

export function isSaidOutside({ outside }: Saga, type: EventType): boolean {
  return (outside & (bits.get(type) ?? 0)) !== 0;
}

/** The saga's bits once the event was published. */
export function saidOutside({ outside }: Saga, type: EventType): number {
  return outside | (bits.get(type) ?? 0);
}

/** Of the one order that every scope has. */
export function outsideEvent(type: EventType): DomainEvent {
  if (type !== "OrderPlaced") return anEvent(type);
  const { currency, name, sku, unitPrice } = product;
  const decideBy = new Date(testNow + DECIDE_WITHIN_SECONDS * 1000).toISOString();
  const lines = [{ sku, name, unitPrice, quantity: 1 }];
  return anEvent("OrderPlaced", { data: { lines, amount: unitPrice, currency, decideBy } });
}
