// What orders does when it hears: keeps each order's standing, and says how it ended.
import type { React } from "@order-saga/messaging";
import { foresee } from "./foresight.ts";
import { answersOf, type Tracked, track } from "./order.ts";
import type { OrderStore } from "./store/store.ts";

const ATTEMPTS = 10;

export function trackForOrder(ports: { store: OrderStore }): React<Tracked["type"]> {
  return async (event, { now }) => {
    const foreseen = foresee(event, now);
    if (foreseen && (await ports.store.realize(foreseen))) return foreseen.outcome ? [foreseen.outcome] : [];
    for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
      const order = await ports.store.load(event.orderId);
      // An order is stored before its OrderPlaced is said, so this is a lost or foreign one: tried again, then parked.
      if (!order) throw new Error(`There is no order ${event.orderId} to track.`);
      const next = track(order, event, now);
      if (next === order || (await ports.store.save(next))) return answersOf(next, event);
    }
    throw new Error(`The order ${event.orderId} is contended: ${ATTEMPTS} attempts to write it failed.`);
  };
}
