// E5: an order is shown as payment and inventory have it.
import { entryOf } from "@order-saga/contracts";
import type { Order } from "@order-saga/orders/order";
import type { Payment } from "@order-saga/payment/payment";
import { facetsBy, type PaymentFacet } from "@order-saga/protocol/status";
import type { Checker, Observed } from "./observed.ts";
import { allOrders, paymentOf, reservationOf, violation } from "./records.ts";

export function servicesAgree(): Checker {
  return {
    invariant: "E5",
    says: "the order's facets equal payment's and inventory's",
    atRest(observed) {
      return [...allOrders(observed)].flatMap((order) => {
        const { orderId } = order;
        const paid = paymentOf(observed, orderId);
        const payment = paid && facetOf(paid);
        const stock = reservationOf(observed, orderId)?.state;
        const isTrue = !paid?.settlement || shownAs[paid.settlement].some((facet) => facet === payment);
        const unheard = unheardEntries(observed, order, paid?.ledgerEvents ?? []);
        if (unheard.length > 0)
          return unheard.map((entry) => violation("E5", `the order has not heard of ${entry}`, orderId));
        if (isTrue && order.payment === payment && order.stock === stock) return [];
        const is = `${paid?.settlement}, ${payment}/${stock}`;
        return [violation("E5", `shown as ${order.payment}/${order.stock}, is ${is}`, orderId)];
      });
    },
  };
}

/** Refunds and disputes that were said and are not with the order; no sweep repeats what was purged. */
function unheardEntries(
  { lost }: Observed,
  { disputes = {}, orderId, refunds = {} }: Order,
  said: Payment["ledgerEvents"],
): string[] {
  if (lost.some((each) => each.orderId === orderId)) return [];
  return said.flatMap((event) => {
    const entry = entryOf(event) ?? "";
    return refunds[entry] || disputes[entry] ? [] : [`${event.type} ${entry}`];
  });
}

/** By what payment has said. Of a refund that failed only a cancellation's changes how the order stands. */
function facetOf({ events, ledgerEvents }: Payment): PaymentFacet | undefined {
  const failed = ledgerEvents.find(
    (event) => event.type === "RefundFailed" && event.data.source === "cancellation",
  );
  const facts = { ...events, ...(failed && { RefundFailed: failed }) };
  return facetsBy(facts as Parameters<typeof facetsBy>[0]).payment;
}

/** To its customer a capture that failed is a payment that was declined. */
const shownAs: Record<NonNullable<Payment["settlement"]>, readonly PaymentFacet[]> = {
  CAPTURED: ["CAPTURED"],
  DECLINED: ["DECLINED"],
  CAPTURE_FAILED: ["DECLINED"],
  REFUNDED: ["REFUNDED"],
  // Nothing was held, or what another hand had taken could not be given back.
  VOIDED: ["ABORTED", "VOIDED"],
  REFUND_FAILED: ["REFUND_FAILED", "ABORTED"],
};
