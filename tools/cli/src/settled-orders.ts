// Watches the bus and says when an order has settled: its money and its stock are both at rest.
import { type DomainEvent, decimalOf, type EventType, subjectOf } from "@order-saga/contracts";
import { type Ending, endingOf } from "@order-saga/protocol/status";

export type SettledOrder = {
  orderId: string;
  status: Ending["status"];
  /** What ended it, in words. */
  reason: string;
  amount: number;
  currency: string;
  /** From OrderPlaced to the last event, by the events' own times. */
  milliseconds: number;
};

type Seen = { events: Map<EventType, DomainEvent>; reported: SettledOrder["status"] | undefined };

/**
 * Feeds on every event of the bus; answers with a settlement each time an order comes to rest in a new
 * status.
 */
export function watchSettledOrders(options: { maximumOrders: number }) {
  const orders = new Map<string, Seen>();
  return (event: DomainEvent): SettledOrder | undefined => {
    const seen = orders.get(subjectOf(event)) ?? { events: new Map(), reported: undefined };
    seen.events.set(event.type, event);
    orders.set(subjectOf(event), seen);
    const [oldest = ""] = orders.keys();
    if (orders.size > options.maximumOrders) orders.delete(oldest);
    const settlement = settledOrder(subjectOf(event), seen.events);
    if (!settlement || settlement.status === seen.reported) return undefined;
    seen.reported = settlement.status;
    return settlement;
  };
}

export function settledOrder(
  orderId: string,
  events: ReadonlyMap<EventType, DomainEvent>,
): SettledOrder | undefined {
  const placed = events.get("OrderPlaced");
  if (placed?.type !== "OrderPlaced") return undefined;
  const ending = endingOf(Object.fromEntries(events));
  if (!ending) return undefined;
  const { reason, status } = ending;
  const times = [...events.values()].map((each) => Date.parse(each.occurredAt));
  const { amount, currency } = placed.data;
  return {
    orderId,
    status,
    reason,
    amount,
    currency,
    milliseconds: Math.max(...times) - Date.parse(placed.occurredAt),
  };
}

/** Minor units as a price, such as `19.80 EUR` or `500 JPY`. */
export const formatMoney = (amount: number, currency: string): string =>
  `${decimalOf(amount, currency)} ${currency}`;
