// E7: the money that was taken and kept is the money of the confirmed orders, order by order.
import { statusOf } from "@order-saga/orders/order";
import type { Checker } from "./observed.ts";
import { orderIdsOf, orderOf, takenFrom, violation } from "./records.ts";

export function moneyAddsUp(): Checker {
  return {
    invariant: "E7",
    says: "Σ captured − Σ refunded = Σ confirmed amounts",
    // Equal for every order, so equal in sum, whatever the currencies.
    atRest(observed) {
      const orderIds = new Set([...orderIdsOf(observed), ...observed.intents.keys()]);
      return [...orderIds].flatMap((orderId) => {
        const order = orderOf(observed, orderId);
        const confirmed = order && statusOf(order) === "CONFIRMED" ? order.amount : 0;
        const taken = takenFrom(observed, orderId);
        return taken === confirmed
          ? []
          : [violation("E7", `${taken} taken, ${confirmed} confirmed`, orderId)];
      });
    },
  };
}
