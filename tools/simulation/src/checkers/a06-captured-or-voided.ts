// A6: a payment is never captured and voided, and never is more given back than was taken.
import type { Checker } from "./observed.ts";
import { violation } from "./records.ts";

export function capturedOrVoided(): Checker {
  return {
    invariant: "A6",
    says: "never captured and voided; refunded ≤ captured",
    afterStep(observed, step) {
      return [...step.orderIds].flatMap((orderId) =>
        (observed.intents.get(orderId) ?? []).flatMap(({ captured, captures, refunded, state }) => [
          ...(captures > 0 && state === "voided" ? [violation("A6", "captured and voided", orderId)] : []),
          ...(refunded > captured
            ? [violation("A6", `${refunded} refunded of ${captured} captured`, orderId)]
            : []),
        ]),
      );
    },
  };
}
