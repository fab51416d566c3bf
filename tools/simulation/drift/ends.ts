// Describes how a run ended without ids, times or the outcomes of races, so that two runtimes compare.

import type { StockLevel } from "@order-saga/contracts";
import type { Reservation } from "@order-saga/inventory/reservation";
import type { Notification } from "@order-saga/notification/notification";
import type { Order } from "@order-saga/orders/order";
import type { Payment } from "@order-saga/payment/payment";

/** Everything the services, the provider and the mailbox hold. */
export type Stores = {
  orders: readonly Order[];
  payments: readonly Payment[];
  reservations: readonly Reservation[];
  notifications: readonly Notification[];
  stock: readonly StockLevel[];
  intents: readonly { orderId: string; captured: number; refunded: number; held: boolean }[];
  mails: readonly { orderId: string; kind: string }[];
};

export type OrderEnd = {
  order: object | undefined;
  payment: object | undefined;
  stock: object | undefined;
  mails: object;
  provider: object;
};

/** The end of one order; absent records are `undefined`. */
export function endOf(stores: Stores, orderId: string): OrderEnd {
  const of = <T extends { orderId: string }>(records: readonly T[]) =>
    records.find((each) => each.orderId === orderId);
  const order = of(stores.orders);
  const payment = of(stores.payments);
  const reservation = of(stores.reservations);
  const intents = stores.intents.filter((each) => each.orderId === orderId);
  return {
    order: order && {
      // Of an order whose stock is short it depends on the faster of two whether its money was ever held.
      payment: order.stock === "REJECTED" && order.payment === "VOIDED" ? "ABORTED" : order.payment,
      stock: order.stock,
      amount: order.amount,
      lines: order.lines,
      cancelRequested: order.cancelRequested,
      isDue: order.dueAt !== undefined,
    },
    payment: payment && {
      decision: payment.decision,
      settlement: payment.settlement,
      // Of an aborted payment it depends on the faster of two whether the stock had been heard of.
      ...(payment.decision === "CAPTURE" && { stock: payment.stock }),
      cancelled: payment.cancelled,
      expired: payment.expired,
      isDue: payment.dueAt !== undefined,
    },
    stock: reservation && {
      state: reservation.state,
      // Released before it was reserved, a reservation never had lines.
      ...(reservation.state !== "RELEASED" && { lines: reservation.lines }),
    },
    mails: {
      recorded: Object.fromEntries(
        Object.entries(of(stores.notifications)?.mails ?? {}).map(([kind, { state }]) => [kind, state]),
      ),
      sent: stores.mails
        .filter((each) => each.orderId === orderId)
        .map(({ kind }) => kind)
        .sort(),
    },
    provider: {
      captured: sum(intents.map(({ captured }) => captured)),
      refunded: sum(intents.map(({ refunded }) => refunded)),
      held: intents.filter(({ held }) => held).length,
    },
  };
}

export function stockEnd(stores: Stores, sku: string): object | undefined {
  const level = stores.stock.find((each) => each.sku === sku);
  return level && { available: level.available, reserved: level.reserved, sold: level.sold };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}
