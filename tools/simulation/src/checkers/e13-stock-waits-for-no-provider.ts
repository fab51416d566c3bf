// E13: stock that is waited for in vain is free two minutes after its order's deadline, provider or not.
import type { Checker, Observed } from "./observed.ts";
import { asReservation, orderOf, violation } from "./records.ts";

/** The schedule runs once a minute, and what it says is heard soon. */
const PATIENCE_MILLISECONDS = 2 * 60_000;

export function stockWaitsForNoProvider(): Checker {
  /** Orders whose stock is reserved. */
  const reserved = new Set<string>();

  return {
    invariant: "E13",
    says: "stock is free two minutes after decideBy, though the provider does not answer",
    afterStep(observed, step) {
      if (!observed.onlyProvider) return [];
      return step.written.flatMap((item) => {
        const reservation = asReservation(item);
        if (!reservation) return [];
        const { orderId, outcome, state } = reservation;
        const wasReserved = reserved.has(orderId);
        if (state === "RESERVED") reserved.add(orderId);
        else reserved.delete(orderId);
        if (!wasReserved || state !== "RELEASED" || outcome !== "aborted") return [];
        const late = lateness(observed, orderId);
        return late > 0
          ? [violation("E13", `its stock was free ${Math.ceil(late / 1000)} s too late`, orderId)]
          : [];
      });
    },
  };
}

function lateness(observed: Observed, orderId: string): number {
  const { decideBy = "" } = orderOf(observed, orderId) ?? {};
  return observed.now - Date.parse(decideBy) - PATIENCE_MILLISECONDS;
}
