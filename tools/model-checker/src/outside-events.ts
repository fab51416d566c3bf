// What orders publishes in a scope without it: a placed order, and any outcome it may come to, at any time.
import type { EventType } from "@order-saga/contracts";
import type { Saga } from "./world.ts";

/** Each event, and the events after which it does not come. A cancellation may follow a confirmation. */
export const outsideEvents: readonly { type: EventType; unless: readonly EventType[] }[] = [
  { type: "OrderPlaced", unless: [] },
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
