// The reaction of orders: records what inventory and payment say of an order, and says how it ended.
import { type DomainEvent, subjectOf } from "@order-saga/contracts";
import type { React } from "@order-saga/messaging";
import { writeOptimistically } from "@order-saga/messaging/optimistic";
import { blindWriteOf } from "./blind-write.ts";
import { answersOf, type Order, type Tracked, track } from "./order.ts";
import type { OrderStore } from "./ports.ts";

/** An order is written by some ten facts, its refunds and disputes, its customer and the sweep. */
const ATTEMPTS = 10;

export function trackOrderHandler({ store }: { store: OrderStore }): React<Tracked["type"]> {
  return async (event, { now }) => {
    const blind = blindWriteOf(event, now);
    if (blind && (await store.writeBlind(blind))) return blind.outcome ? [blind.outcome] : [];
    return writeOptimistically<Order, Order, DomainEvent[]>({
      what: `order ${subjectOf(event)}`,
      attempts: ATTEMPTS,
      load: () => loadOrder(store, subjectOf(event)),
      save: store.save,
      decide(order) {
        const next = track(order, event, now);
        const answer = answersOf(next, event);
        return next === order ? { answer } : { write: next, answer };
      },
    });
  };
}

/**
 * An order is stored before its OrderPlaced is said, so a missing one is lost or foreign: retried, then
 * parked.
 */
async function loadOrder(store: OrderStore, orderId: string): Promise<Order> {
  const order = await store.load(orderId);
  if (!order) throw new Error(`There is no order ${orderId} to track.`);
  return order;
}
