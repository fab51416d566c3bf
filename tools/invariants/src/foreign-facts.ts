// Finds facts in a record that their owner did not publish, or published with other data (A16).
import { isDeepStrictEqual } from "node:util";
import { type EventOf, type OrderEventType, recipientIn } from "@order-saga/contracts";
import type { Reservation } from "@order-saga/inventory/reservation";
import type { Notification } from "@order-saga/notification/notification";
import type { Order } from "@order-saga/orders/order";
import { chargeOf, type Payment } from "@order-saga/payment/payment";
import type { Facts } from "@order-saga/protocol/facts";

/** An order's own events need not be published yet; those of other services were heard. */
export function unpublishedInOrder({ events, timeline }: Order, published: Facts): string[] {
  return timeline
    .filter(({ type }) => !events[type] && !published[type])
    .map(({ type }) => `the order heard ${type}, which was never published`);
}

export function unpublishedInReservation(
  { lines, outcome, returns, state }: Reservation,
  published: Facts,
): string[] {
  const without = (isNeeded: boolean, ...anyOf: OrderEventType[]) =>
    isNeeded && !anyOf.some((type) => published[type])
      ? [`the reservation is ${state} without ${anyOf.join(" or ")}`]
      : [];
  return [
    ...without(lines.length > 0 || state === "REJECTED", "OrderPlaced"),
    ...without(state === "COMMITTED", "PaymentCaptured"),
    ...without(outcome === "aborted", "PaymentDeclined", "PaymentAborted"),
    ...without(outcome === "refunded", "PaymentRefunded"),
    ...(returns && !published.RefundMade ? ["goods came back without RefundMade"] : []),
  ];
}

export function unpublishedInPayment({ cancelled, charge, stock }: Payment, published: Facts): string[] {
  const placed = published.OrderPlaced;
  return [
    ...(differs(charge, placed && chargeOf(placed)) ? ["the charge is not the order's"] : []),
    ...(stock === "RESERVED" && !published.StockReserved
      ? ["payment knows of a reservation that was not made"]
      : []),
    ...(stock === "REJECTED" && !published.StockRejected
      ? ["payment knows of a shortage that was not published"]
      : []),
    ...(cancelled && !published.OrderCancelRequested
      ? ["payment knows of a cancellation that was not requested"]
      : []),
  ];
}

export function unpublishedInNotification(
  { actionBy, outcomes, placed, refunds }: Notification,
  published: Facts & BulkFacts,
): string[] {
  return [
    ...(differs(placed, orderedIn(published))
      ? ["the contact or the amount of the mails is not the order's"]
      : []),
    ...(differs(outcomes.confirmed, published.OrderConfirmed?.data)
      ? ["a confirmation that was not published"]
      : []),
    ...(differs(outcomes.rejected, published.OrderRejected?.data)
      ? ["a rejection that was not published"]
      : []),
    ...(differs(outcomes.cancelled, published.OrderCancelled?.data)
      ? ["a cancellation that was not published"]
      : []),
    ...(differs(actionBy, published.PaymentActionRequired?.data.actionBy)
      ? ["a question of the bank that was not published"]
      : []),
    ...(refunds && !published.RefundMade ? ["a refund that was not published"] : []),
    ...(differs(outcomes.completed, published.BulkCompleted?.data)
      ? ["the result of a bulk that was not published"]
      : []),
  ];
}

/** What was said of one bulk. */
type BulkFacts = { readonly [T in "BulkPlaced" | "BulkCompleted"]?: EventOf<T> };

/** What notification keeps of the event that began the order or the bulk. */
function orderedIn({ BulkPlaced: bulk, OrderPlaced: order }: Facts & BulkFacts): Notification["placed"] {
  if (bulk) {
    const { count: bulkOf, currency } = bulk.data;
    return { ...recipientIn(bulk.data), lines: [], amount: 0, currency, bulkOf };
  }
  if (!order) return undefined;
  const { amount, currency, lines } = order.data;
  return { ...recipientIn(order.data), lines, amount, currency };
}

const differs = (known: unknown, published: unknown) =>
  known !== undefined && !isDeepStrictEqual(known, published);
