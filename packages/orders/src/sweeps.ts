// The schedule of orders: publishes what a crash left out, and repeats an unsettled order's root events.
import type { Log, Sweep } from "@order-saga/messaging";
import { sweepDue } from "@order-saga/messaging/sweep";
import { isSettled } from "@order-saga/protocol/status";
import { queuesUndecided } from "./decided.ts";
import { afterFirstLook, repeated, rootEvents, unconfirmedRootEvents } from "./order.ts";
import type { SweepOrdersPorts } from "./ports.ts";

/** After so many repetitions, half an hour past decideBy, an order will hardly settle without an operator. */
const STUCK_AFTER = 4;

export function sweepOrdersHandler(ports: SweepOrdersPorts): Sweep {
  return sweepDue({
    store: ports.store,
    // Enough for the requests of a backlog to be full, as each record waits for its turn.
    atOnce: 60,
    sweepOne: (orderId, { now, log }) => sweep(ports, orderId, now, log),
    says: { more: "more orders are due than one run sweeps", failed: "a due order could not be swept" },
  });
}

async function sweep(ports: SweepOrdersPorts, orderId: string, now: number, log: Log): Promise<boolean> {
  const order = await ports.store.load(orderId);
  if (!order?.dueAt || Date.parse(order.dueAt) > now) return false;
  // Published first and recorded after: a crash in between publishes them once more, which changes nothing.
  if (!order.looked) {
    ports.lateness?.undecided(queuesUndecided(order, now), Date.parse(order.placedAt));
    const events = unconfirmedRootEvents(order);
    if (events.length > 0) await ports.publish(events);
    await ports.store.save(afterFirstLook(order, now));
    return true;
  }
  if (isSettled(order)) return false;
  if (order.repeats >= STUCK_AFTER) log("error", "order is stuck", { attempt: order.repeats });
  await ports.publish(rootEvents(order));
  await ports.store.save(repeated(order, now));
  return true;
}

/** True once payment and inventory have both spoken of an order that was published for the first time. */
export async function isHeard({ store }: Pick<SweepOrdersPorts, "store">, orderId: string): Promise<boolean> {
  const order = await store.load(orderId);
  // What was said again may have been answered before, so that it tells nothing.
  if (!order || order.repeats > 0) return true;
  return order.payment !== undefined && order.stock !== undefined;
}
