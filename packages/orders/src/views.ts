// An order as the HTTP API shows it.
import type { OrderAccepted, OrderView } from "@order-saga/contracts";
import { type Order, statusOf } from "./order.ts";

/** What the customer was answered when the order was accepted: the same at every retry. */
export function acceptedView(order: Order): OrderAccepted {
  return { ...summary(order), status: "PLACED" };
}

export function summary(order: Order): OrderAccepted {
  const { orderId, currency, amount, lines, placedAt, decideBy } = order;
  return {
    orderId,
    status: statusOf(order),
    currency,
    amount,
    lines: lines.map(({ sku, quantity, unitPrice }) => ({ sku, quantity, unitPrice })),
    placedAt,
    decideBy,
  };
}

export function view(order: Order): OrderView {
  return { ...summary(order), timeline: order.timeline };
}
