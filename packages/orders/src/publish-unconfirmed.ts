// Publishes an order's unconfirmed root events: no queue redelivers for an HTTP request, the sweep does.
import { type Order, unconfirmedRootEvents } from "./order.ts";
import type { OrderPorts } from "./ports.ts";

/** Publishes nothing if all are confirmed. Throws if the bus does not take them. */
export async function publishUnconfirmed(
  { publish }: Pick<OrderPorts, "publish">,
  order: Order,
): Promise<void> {
  const events = unconfirmedRootEvents(order);
  if (events.length > 0) await publish(events);
}
