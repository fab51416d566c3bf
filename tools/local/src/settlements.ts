// Watches the bus and says when an order has settled: its money and its stock are both at rest.
import type { DomainEvent, EventType } from "@order-saga/contracts";
import { forgetOldest } from "@order-saga/invariants/bounded";

export type Settlement = {
  orderId: string;
  status: "CONFIRMED" | "REJECTED" | "CANCELLED";
  /** What ended it, in words. */
  reason: string;
  amount: number;
  currency: string;
  /** From OrderPlaced to the last event, by the events' own times. */
  milliseconds: number;
};

type Seen = { events: Map<EventType, DomainEvent>; reported: Settlement["status"] | undefined };

/** Feeds on every event of the bus; answers with a settlement each time an order comes to rest in a new status. */
export function createSettlementWatch(options: { maximumOrders: number }) {
  const orders = new Map<string, Seen>();
  return (event: DomainEvent): Settlement | undefined => {
    const seen = orders.get(event.orderId) ?? { events: new Map(), reported: undefined };
    seen.events.set(event.type, event);
    orders.set(event.orderId, seen);
    forgetOldest(orders, options.maximumOrders);
    const settlement = settlementOf(event.orderId, seen.events);
    if (!settlement || settlement.status === seen.reported) return undefined;
    seen.reported = settlement.status;
    return settlement;
  };
}

export function settlementOf(
  orderId: string,
  events: ReadonlyMap<EventType, DomainEvent>,
): Settlement | undefined {
  const placed = events.get("OrderPlaced");
  if (placed?.type !== "OrderPlaced") return undefined;
  const ending = endingOf(events);
  if (!ending) return undefined;
  const times = [...events.values()].map((each) => Date.parse(each.occurredAt));
  const { amount, currency } = placed.data;
  return {
    orderId,
    ...ending,
    amount,
    currency,
    milliseconds: Math.max(...times) - Date.parse(placed.occurredAt),
  };
}

function endingOf(
  events: ReadonlyMap<EventType, DomainEvent>,
): Pick<Settlement, "status" | "reason"> | undefined {
  const stockGone = events.has("StockReleased") || events.has("StockRejected");
  const cancelled = events.get("OrderCancelled");
  if (cancelled?.type === "OrderCancelled" && stockGone) {
    return {
      status: "CANCELLED",
      reason: cancelled.data.refunded ? "money refunded" : "authorisation voided",
    };
  }
  const rejected = events.get("OrderRejected");
  if (rejected?.type === "OrderRejected" && stockGone) {
    const declined = events.get("PaymentDeclined");
    const code = declined?.type === "PaymentDeclined" ? ` (${declined.data.code})` : "";
    return { status: "REJECTED", reason: `${rejected.data.reason.replaceAll("_", " ")}${code}` };
  }
  if (events.has("OrderConfirmed") && events.has("StockCommitted") && !events.has("OrderCancelRequested")) {
    return { status: "CONFIRMED", reason: "captured, stock committed" };
  }
  return undefined;
}

/** Minor units as a price, such as `19.80 EUR` or `500 JPY`. */
export function formatMoney(amount: number, currency: string): string {
  const digits =
    new Intl.NumberFormat("en", { style: "currency", currency }).resolvedOptions().maximumFractionDigits ?? 2;
  return `${(amount / 10 ** digits).toFixed(digits)} ${currency}`;
}
