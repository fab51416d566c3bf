// E5: an order is shown as payment and inventory have it.
import { facetsBy } from "@order-saga/protocol/status";
import type { Checker } from "./observed.ts";
import { allOrders, paymentOf, reservationOf, violation } from "./records.ts";

export function servicesAgree(): Checker {
  return {
    invariant: "E5",
    says: "the order's facets equal payment's and inventory's",
    atRest(observed) {
      return [...allOrders(observed)].flatMap((order) => {
        const { orderId } = order;
        const paid = paymentOf(observed, orderId);
        const reservation = reservationOf(observed, orderId);
        // Of a refund that failed only a cancellation's changes how the order stands.
        const failed = paid?.ledgerEvents.findLast(
          ({ data, type }) => type === "RefundFailed" && data.source === "cancellation",
        );
        const facts = { ...paid?.events, ...reservation?.events, ...(failed && { RefundFailed: failed }) };
        const { payment, stock } = facetsBy(facts as Parameters<typeof facetsBy>[0]);
        if (order.payment === payment && order.stock === stock) return [];
        return [violation("E5", `shown as ${order.payment}/${order.stock}, is ${payment}/${stock}`, orderId)];
      });
    },
  };
}
