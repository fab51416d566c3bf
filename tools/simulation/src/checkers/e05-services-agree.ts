// E5: an order is shown as payment and inventory have it.
import type { Checker } from "./observed.ts";
import { allOrders, paymentOf, reservationOf, violation } from "./records.ts";

export function servicesAgree(): Checker {
  return {
    invariant: "E5",
    says: "the order's facets equal payment's and inventory's",
    atRest(observed) {
      return [...allOrders(observed)].flatMap((order) => {
        const { orderId } = order;
        const settlement = paymentOf(observed, orderId)?.settlement;
        // To its customer a capture that failed is a payment that was declined.
        const payment = settlement === "CAPTURE_FAILED" ? "DECLINED" : settlement;
        const stock = reservationOf(observed, orderId)?.state;
        if (order.payment === payment && order.stock === stock) return [];
        return [violation("E5", `shown as ${order.payment}/${order.stock}, is ${payment}/${stock}`, orderId)];
      });
    },
  };
}
