// What services out of a scope publish: an order, its cancellation, any outcome, what payment decides.
import type { DomainEvent, EventType } from "@order-saga/contracts";
import type { Reservation } from "@order-saga/inventory/reservation";
import { anEvent, testNow } from "@order-saga/messaging/testing";
import { orderIdOf } from "./order-ids.ts";
import { product } from "./product.ts";
import type { Scope } from "./scopes.ts";
import { DECIDE_WITHIN_SECONDS } from "./shop.ts";
import type { Saga } from "./world.ts";

/** Each event, and the events after which it does not come. A cancellation may follow a confirmation. */
export const outsideEvents: readonly { type: EventType; unless: readonly EventType[] }[] = [
  { type: "OrderPlaced", unless: [] },
  { type: "OrderCancelRequested", unless: [] },
  { type: "OrderConfirmed", unless: ["OrderRejected", "OrderCancelled"] },
  { type: "OrderRejected", unless: ["OrderConfirmed", "OrderCancelled"] },
  { type: "OrderCancelled", unless: ["OrderRejected"] },
  { type: "PaymentCaptured", unless: ["PaymentAborted"] },
  { type: "PaymentAborted", unless: ["PaymentCaptured"] },
];

const bits = new Map(outsideEvents.map(({ type }, index) => [type, 1 << index]));

export function isSaidOutside({ outside }: Saga, type: EventType): boolean {
  return (outside & (bits.get(type) ?? 0)) !== 0;
}

/** The saga's bits once the event was published. */
export function saidOutside({ outside }: Saga, type: EventType): number {
  return outside | (bits.get(type) ?? 0);
}

/** True if what it answers has been said: payment captures only what is reserved. */
export function mayCome(
  type: EventType,
  saga: Saga,
  stock: Reservation["state"] | undefined,
  { cancels, hot }: Scope,
): boolean {
  const isPlaced = isSaidOutside(saga, "OrderPlaced");
  if (type === "OrderCancelRequested") return cancels > 0 && isPlaced;
  if (type === "PaymentCaptured") return stock === "RESERVED" && (hot?.isSold ?? false);
  return type !== "PaymentAborted" || isPlaced;
}

export function outsideEvent(type: EventType, { number }: Saga, { hot }: Scope): DomainEvent {
  const orderId = orderIdOf(number);
  if (type !== "OrderPlaced") return anEvent(type, { orderId });
  const { currency, name, sku, unitPrice } = product;
  const decideBy = new Date(testNow + DECIDE_WITHIN_SECONDS * 1000).toISOString();
  const quantity = hot?.quantities[number] ?? 1;
  const lines = [{ sku, name, unitPrice, quantity }];
  const data = { lines, amount: quantity * unitPrice, currency, decideBy };
  return anEvent("OrderPlaced", { orderId, data });
}
