// A5: money that payment took has its stock, or is on its way back; a hold without stock is to be given up.
import type { Checker, Observed } from "./observed.ts";
import { ownTakenFrom, paymentOf, reservationOf, violation } from "./records.ts";

export function moneyNeedsStock(): Checker {
  return {
    invariant: "A5",
    says: "money captured by us implies RESERVED, COMMITTED or a refund; a hold without stock implies ABORT",
    afterStep(observed, step) {
      return [...step.orderIds].flatMap((orderId) => [
        ...takenWithoutStock(observed, orderId),
        ...heldForNothing(observed, orderId),
      ]);
    },
  };
}

function takenWithoutStock(observed: Observed, orderId: string) {
  const taken = ownTakenFrom(observed, orderId);
  if (taken <= 0) return [];
  const state = reservationOf(observed, orderId)?.state;
  if (state === "RESERVED" || state === "COMMITTED") return [];
  const { refunds = [] } = paymentOf(observed, orderId) ?? {};
  if (refunds.some(({ source }) => source === "cancellation")) return [];
  return [violation("A5", `${taken} taken, stock ${state ?? "never reserved"}`, orderId)];
}

/** The card may be authorised before inventory has answered, but what it refused or gave back is lost. */
function heldForNothing(observed: Observed, orderId: string) {
  const holds = observed.intents.get(orderId)?.some(({ state }) => state === "held");
  if (!holds) return [];
  const state = reservationOf(observed, orderId)?.state;
  const decision = paymentOf(observed, orderId)?.decision;
  if (state !== "RELEASED" || decision !== undefined) return [];
  return [violation("A5", "stock was released while the hold was undecided", orderId)];
}
