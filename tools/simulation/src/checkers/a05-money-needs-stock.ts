// A5: money that was taken and not given back has its stock, reserved or sold.
import type { Checker } from "./observed.ts";
import { reservationOf, takenFrom, violation } from "./records.ts";

export function moneyNeedsStock(): Checker {
  return {
    invariant: "A5",
    says: "money held implies stock RESERVED or COMMITTED",
    afterStep(observed, step) {
      return [...step.orderIds].flatMap((orderId) => {
        const taken = takenFrom(observed, orderId);
        if (taken <= 0) return [];
        const state = reservationOf(observed, orderId)?.state;
        if (state === "RESERVED" || state === "COMMITTED") return [];
        return [violation("A5", `${taken} taken, stock ${state ?? "never reserved"}`, orderId)];
      });
    },
  };
}
