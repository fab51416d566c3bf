// Watches the bus and says when an order has settled: its money and its stock are both at rest.
import { type DomainEvent, subjectOf } from "@order-saga/contracts";
import { type Facts, withFact } from "@order-saga/protocol/facts";
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

type Seen = { facts: Facts; last: number; reported: SettledOrder["reason"] | undefined };

/**
 * Feeds on every event of the bus; answers with a settlement each time an order comes to rest in a new
 * status.
 */
export function watchSettledOrders(options: { maximumOrders: number }) {
  const orders = new Map<string, Seen>();
  return (event: DomainEvent): SettledOrder | undefined => {
    const seen = orders.get(subjectOf(event)) ?? { facts: {}, last: 0, reported: undefined };
    seen.facts = withFact(seen.facts, event);
    seen.last = Math.max(seen.last, Date.parse(event.occurredAt));
    orders.set(subjectOf(event), seen);
    const [oldest = ""] = orders.keys();
    if (orders.size > options.maximumOrders) orders.delete(oldest);
    const settlement = settledOrder(subjectOf(event), seen);
    if (!settlement || settlement.reason === seen.reported) return undefined;
    seen.reported = settlement.reason;
    return settlement;
  };
}

function settledOrder(orderId: string, { facts, last }: Seen): SettledOrder | undefined {
  const placed = facts.OrderPlaced;
  const ending = placed && endingOf(facts);
  if (!ending) return undefined;
  const { reason, status } = ending;
  const { amount, currency } = placed.data;
  return { orderId, status, reason, amount, currency, milliseconds: last - Date.parse(placed.occurredAt) };
}
