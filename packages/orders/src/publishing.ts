// Publishes what a customer began and remembers that the bus has it: no queue stands behind an HTTP request.
import { type Order, published, type RootEvent, rootEvents } from "./order.ts";
import type { OrderPorts } from "./ports.ts";

/** Publishes the order's unpublished events, if any, then takes the mark away. Throws if the bus does not take them. */
export async function publishRoots(ports: OrderPorts, order: Order, now: number): Promise<void> {
  const types: readonly RootEvent[] = order.unpublished;
  const events = rootEvents(order).filter((event) => (types as readonly string[]).includes(event.type));
  if (events.length === 0) return;
  await ports.publish(events);
  await unmark(ports, order, types, now);
}

/** The answers to the event may be written at the same time, one write each. */
const ATTEMPTS = 12;

/** Not worth failing for: with the mark left, the sweep says the same events once more. */
async function unmark(
  { store }: OrderPorts,
  order: Order,
  types: readonly RootEvent[],
  now: number,
): Promise<void> {
  let current: Order | undefined = order;
  for (let attempt = 1; attempt <= ATTEMPTS && current; attempt++) {
    const next = published(current, types, now);
    if (next === current || (await store.save(next))) return;
    current = await store.load(order.orderId);
  }
}
