// The schedule of orders: publishes what a crash left behind, and says the root events of unsettled orders again.
import type { Log, Sweep } from "@order-saga/messaging";
import { isSettled } from "@order-saga/protocol/status";
import { lookedAt, repeated, rootEvents, unheard } from "./order.ts";
import type { OrderPorts } from "./ports.ts";

/** Orders looked at per run; the rest waits a minute. */
const PER_RUN = 500;

/** So many at once, so that a full run ends well within the function's time. */
const AT_ONCE = 10;

/** After so many repetitions, half an hour past decideBy, an order will hardly settle without an operator. */
const STUCK_AFTER = 4;

export function sweepDueOrders(ports: OrderPorts): Sweep {
  return async ({ now, log }) => {
    const { orderIds, more } = await ports.store.due(now, PER_RUN);
    if (more) log("warn", "more orders are due than one run sweeps", { count: orderIds.length });
    const waiting = orderIds.values();
    let count = 0;
    let failure: unknown;

    const takeTurns = async () => {
      for (const orderId of waiting) {
        try {
          if (await sweep(ports, orderId, now, log)) count++;
        } catch (error) {
          // One order's trouble must not keep the others waiting; it stays due.
          const errorName = error instanceof Error ? error.name : "";
          log("warn", "a due order could not be swept", { orderId, errorName });
          failure ??= error;
        }
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, takeTurns));

    if (failure) throw failure;
    return count;
  };
}

/** False if nothing is due: the index lags behind the order itself. */
async function sweep(ports: OrderPorts, orderId: string, now: number, log: Log): Promise<boolean> {
  const order = await ports.store.load(orderId);
  if (!order?.dueAt || Date.parse(order.dueAt) > now) return false;
  // Said first, remembered after: a crash in between says them once more, which changes nothing.
  if (!order.looked) {
    const events = unheard(order);
    if (events.length > 0) await ports.publish(events);
    await ports.store.save(lookedAt(order, now));
    return true;
  }
  if (isSettled(order)) return false;
  if (order.repeats >= STUCK_AFTER) log("error", "order is stuck", { orderId, attempt: order.repeats });
  await ports.publish(rootEvents(order));
  await ports.store.save(repeated(order, now));
  return true;
}
