// E6: a customer whose cancellation was accepted has all the money, unless its refund failed for good.
import type { Checker } from "./observed.ts";
import { allOrders, paymentOf, takenFrom, violation } from "./records.ts";

export function cancelledIsNotCharged(): Checker {
  return {
    invariant: "E6",
    says: "an accepted cancel leaves captured − Σ refunds made = 0, but where a refund failed",
    atRest(observed) {
      const answered = observed.calls
        .filter(({ answer, route }) => route === "orders-cancel-order" && answer?.status === 202)
        .map(({ orderId }) => orderId);
      const recorded = [...allOrders(observed)]
        .filter(({ cancelRequested }) => cancelRequested)
        .map(({ orderId }) => orderId);
      return [...new Set([...answered, ...recorded])].flatMap((orderId = "") => {
        const { refunds = [] } = paymentOf(observed, orderId) ?? {};
        const failed = refunds.filter(({ status }) => status === "FAILED");
        const leftToAPerson = failed.reduce((sum, { amount }) => sum + amount, 0);
        const taken = takenFrom(observed, orderId);
        return taken >= 0 && taken <= leftToAPerson
          ? []
          : [violation("E6", `cancelled, and ${taken} are kept`, orderId)];
      });
    },
  };
}
