// Publishes what a customer began: no queue stands behind an HTTP request, so the sweep says what nobody has heard.
import { type Order, unheard } from "./order.ts";
import type { OrderPorts } from "./ports.ts";

/** Publishes what nobody is known to have heard of the order, if anything. Throws if the bus does not take it. */
export async function publishUnheard({ publish }: Pick<OrderPorts, "publish">, order: Order): Promise<void> {
  const events = unheard(order);
  if (events.length > 0) await publish(events);
}
