// The schedule of orders: publishes what a crash left behind, and says the root events of unsettled orders again.
import type { Log, Sweep } from "@order-saga/messaging";
import { isSettled, type Order, repeated, rootEvents } from "./order.ts";
import type { OrderPorts } from "./ports.ts";

/** Orders looked at per run; the rest waits a minute. */
const PER_RUN = 500;
/** From so many repetitions on an operator is told. */
const STUCK_AFTER = 3;

export function sweepDueOrders(ports: OrderPorts): Sweep {
  return async ({ now, log }) => {
    const { orderIds, more } = await ports.store.due(now, PER_RUN);
    if (more) log("warn", "more orders are due than one run sweeps", { count: orderIds.length });
    let count = 0;
    for (const orderId of orderIds) {
      const order = await ports.store.load(orderId);
      if (!order?.dueAt || Date.parse(order.dueAt) > now) continue;
      if (isSettled(order) && order.unpublished.length === 0) continue;
      reportIfStuck(order, log);
      // Said first, remembered after: a crash in between says them once more, which changes nothing.
      await ports.publish(rootEvents(order));
      await ports.store.save(repeated(order, now));
      count++;
    }
    return count;
  };
}

function reportIfStuck(order: Order, log: Log): void {
  if (order.repeats < STUCK_AFTER) return;
  log("error", "order is stuck", { orderId: order.orderId, attempt: order.repeats });
}
