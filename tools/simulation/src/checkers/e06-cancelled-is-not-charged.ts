// E6: a customer whose cancellation was accepted has all the money.
import type { Checker } from "./observed.ts";
import { allOrders, takenFrom, violation } from "./records.ts";

export function cancelledIsNotCharged(): Checker {
  return {
    invariant: "E6",
    says: "an accepted cancel leaves captured − refunded = 0",
    atRest(observed) {
      const answered = observed.calls
        .filter(({ answer, route }) => route === "orders-cancel-order" && answer?.status === 202)
        .map(({ orderId }) => orderId);
      const recorded = [...allOrders(observed)]
        .filter(({ cancelRequested }) => cancelRequested)
        .map(({ orderId }) => orderId);
      return [...new Set([...answered, ...recorded])].flatMap((orderId = "") => {
        const taken = takenFrom(observed, orderId);
        return taken === 0 ? [] : [violation("E6", `cancelled, and ${taken} are kept`, orderId)];
      });
    },
  };
}
