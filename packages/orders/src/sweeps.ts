// The schedule of orders: publishes what a crash left out, and repeats an unsettled order's root events.
import type { Log, Sweep } from "@order-saga/messaging";
import { sweepDue } from "@order-saga/messaging/sweep";
import { isSettled } from "@order-saga/protocol/status";
import { queuesUndecided } from "./decided.ts";
import { afterFirstLook, repeated, rootEvents, unconfirmedRootEvents } from "./order.ts";
import type { SweepOrdersPorts } from "./ports.ts";

/** After so many repetitions, half an hour past decideBy, an order will hardly settle without an operator. */
const STUCK_AFTER = 4;

/** When a process published the events of these ids, in its last run and in this one. */
type Said = { readonly before: ReadonlyMap<string, number>; readonly now: Map<string, number> };

export function sweepOrdersHandler(ports: SweepOrdersPorts): Sweep {
  let said: Said = { before: new Map(), now: new Map() };
  const run = sweepDue({
    store: ports.store,
    // Enough for the requests of a backlog to be full, as each record waits for its turn.
    atOnce: 60,
    sweepOne: (orderId, { now, log }) => sweep(ports, said, { orderId, now, log }),
    says: { more: "more orders are due than one run sweeps", failed: "a due order could not be swept" },
  });
  return (context) => {
    said = { before: said.now, now: new Map() };
    return run(context);
  };
}

type Look = { orderId: string; now: number; log: Log };

async function sweep(ports: SweepOrdersPorts, said: Said, { log, now, orderId }: Look): Promise<boolean> {
  const order = await ports.store.load(orderId);
  if (!order?.dueAt || Date.parse(order.dueAt) > now) return false;
  if (!order.looked) {
    ports.lateness?.undecided(queuesUndecided(order, now), Date.parse(order.placedAt));
    const unconfirmed = unconfirmedRootEvents(order);
    const unsaid = unconfirmed.filter(({ id }) => !said.before.has(id));
    if (unsaid.length === 0) {
      const [first] = unconfirmed;
      await ports.store.save(afterFirstLook(order, (first && said.before.get(first.id)) ?? now));
      return true;
    }
    await ports.publish(unsaid);
    // Nearly all settle within seconds: only what is still due in the next run is written.
    for (const { id } of unsaid) said.now.set(id, now);
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
