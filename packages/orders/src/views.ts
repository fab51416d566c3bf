// An order as the HTTP API shows it.
import type { EndReason, OrderAccepted, OrderView } from "@order-saga/contracts";
import { sumRefunded } from "./entries.ts";
import { attentionOf, type Order, statusOf } from "./order.ts";

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
  const { actionBy, disputes, refunds, timeline } = order;
  const accepted = summary(order);
  const reason = reasonOf(order);
  const refunded = refundedOf(order);
  const attention = attentionOf(order);
  return {
    ...accepted,
    ...(reason && { reason }),
    ...(accepted.status === "ACTION_REQUIRED" && actionBy !== undefined && { actionBy }),
    ...(refunded > 0 && { refunded }),
    ...(refunds && { refunds: refundsOf(refunds) }),
    ...(disputes && { disputes: disputesOf(disputes) }),
    ...(order.events.OrderPlaced.data.addressVerified === false && { addressVerified: false as const }),
    ...(attention !== undefined && { attention }),
    timeline,
  };
}

function reasonOf({ events }: Order): EndReason | undefined {
  return events.OrderCancelled ? "cancelled" : events.OrderRejected?.data.reason;
}

/** A cancellation after the charge gives back all that was taken, unless its refund came back. */
function refundedOf(order: Order): number {
  const { amount, events, heard } = order;
  const isWhole = events.OrderCancelled?.data.refunded === true && !heard.RefundFailed;
  return isWhole ? (events.OrderConfirmed?.data.amount ?? amount) : sumRefunded(order);
}

const refundsOf = (refunds: NonNullable<Order["refunds"]>) =>
  Object.entries(refunds)
    .map(([id, { amount, at, source, status }]) => ({ id, amount, status, source, at }))
    .sort(oldestFirst);

const disputesOf = (disputes: NonNullable<Order["disputes"]>) =>
  Object.entries(disputes)
    .map(([id, { amount, at, status }]) => ({ id, amount, status, at }))
    .sort(oldestFirst);

const oldestFirst = (a: { at: string }, b: { at: string }) => (a.at < b.at ? -1 : 1);
