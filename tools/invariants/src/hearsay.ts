// Which facts of a record nobody has said: every fact must be one that its owner published, in its owner's words.
import { isDeepStrictEqual } from "node:util";
import type { EventType } from "@order-saga/contracts";
import type { Reservation } from "@order-saga/inventory/reservation";
import type { Notification } from "@order-saga/notification/notification";
import type { Order } from "@order-saga/orders/order";
import type { Payment } from "@order-saga/payment/payment";
import type { Facts } from "@order-saga/protocol/facts";

/** What the owners have said of one order. */
export type Said = Facts;

/** An order's own events need not be said yet; those of others it has heard. */
export function unsaidOfOrder({ events, timeline }: Order, said: Said): string[] {
  return timeline
    .filter(({ type }) => !events[type] && !said[type])
    .map(({ type }) => `the order heard ${type}, which nobody said`);
}

export function unsaidOfReservation({ lines, outcome, state }: Reservation, said: Said): string[] {
  const without = (isNeeded: boolean, ...anyOf: EventType[]) =>
    isNeeded && !anyOf.some((type) => said[type])
      ? [`the reservation is ${state} without ${anyOf.join(" or ")}`]
      : [];
  return [
    ...without(lines.length > 0 || state === "REJECTED", "OrderPlaced"),
    ...without(state === "COMMITTED", "PaymentCaptured"),
    ...without(outcome === "aborted", "PaymentDeclined", "PaymentVoided"),
    ...without(outcome === "refunded", "PaymentRefunded"),
  ];
}

export function unsaidOfPayment({ cancelled, charge, stock }: Payment, said: Said): string[] {
  const placed = said.OrderPlaced?.data;
  const ordered = placed && {
    amount: placed.amount,
    currency: placed.currency,
    paymentMethod: placed.paymentMethod,
    decideBy: placed.decideBy,
  };
  return [
    ...(differs(charge, ordered) ? ["the charge is not the order's"] : []),
    ...(stock === "RESERVED" && !said.StockReserved ? ["payment believes in a reservation nobody made"] : []),
    ...(stock === "REJECTED" && !said.StockRejected ? ["payment believes in a shortage nobody saw"] : []),
    ...(cancelled && !said.OrderCancelRequested
      ? ["payment believes in a cancellation nobody asked for"]
      : []),
  ];
}

export function unsaidOfNotification({ outcomes, placed }: Notification, said: Said): string[] {
  const told = said.OrderPlaced?.data;
  const ordered = told && {
    contact: told.contact,
    lines: told.lines,
    amount: told.amount,
    currency: told.currency,
  };
  return [
    ...(differs(placed, ordered) ? ["the contact or the amount of the mails is not the order's"] : []),
    ...(differs(outcomes.confirmed, said.OrderConfirmed?.data) ? ["a confirmation nobody said"] : []),
    ...(differs(outcomes.rejected, said.OrderRejected?.data) ? ["a rejection nobody said"] : []),
    ...(differs(outcomes.cancelled, said.OrderCancelled?.data) ? ["a cancellation nobody said"] : []),
  ];
}

const differs = (known: unknown, said: unknown) => known !== undefined && !isDeepStrictEqual(known, said);
