// The reaction of orders: records what inventory and payment say of an order, and says how it ended.
import { type DomainEvent, subjectOf } from "@order-saga/contracts";
import type { React } from "@order-saga/messaging";
import { writeOptimistically } from "@order-saga/messaging/optimistic";
import { blindWriteOf } from "./blind-write.ts";
import { queuesDecided, queuesLeft } from "./decided.ts";
import { answersOf, type Order, type Tracked, track } from "./order.ts";
import type { OrderStore, TrackOrderPorts } from "./ports.ts";

/** An order is written by some ten facts, its refunds and disputes, its customer and the sweep. */
const ATTEMPTS = 10;

export function trackOrderHandler({ lateness, store }: TrackOrderPorts): React<Tracked["type"]> {
  const listen = async (event: Tracked, order: Order, now: number) => {
    lateness?.left(queuesLeft(order, event), now);
    const [placedAt, decidedAt] = [Date.parse(order.placedAt), Date.parse(event.occurredAt)];
    await lateness?.decided(queuesDecided(order, event, now), { placedAt, decidedAt, now });
  };
  return async (event, { now }) => {
    const blind = blindWriteOf(event, now);
    const written = blind && (await store.writeBlind(blind));
    if (written) {
      if (written !== true) await listen(event, written, now);
      return blind.outcome ? [blind.outcome] : [];
    }
    let decided: Order | undefined;
    const answers = await writeOptimistically<Order, Order, DomainEvent[]>({
      what: `order ${subjectOf(event)}`,
      attempts: ATTEMPTS,
      load: () => loadOrder(store, subjectOf(event)),
      save: store.save,
      decide(order) {
        const next = track(order, event, now);
        const answer = answersOf(next, event);
        decided = next === order ? undefined : next;
        return next === order ? { answer } : { write: next, answer };
      },
    });
    if (decided) await listen(event, decided, now);
    return answers;
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
