// A18: payment captures only what it decided on before `decideBy` and before it heard of a cancellation.

import { functionsOf } from "@order-saga/messaging";
import { services } from "@order-saga/services";
import type { Checker } from "./observed.ts";
import { asPayment, violation } from "./records.ts";

/** The decision is written within the run of the function that took it. */
const runMilliseconds = Math.max(
  ...services
    .filter(({ name }) => name === "payment")
    .flatMap((service) => functionsOf(service).map(({ timeoutSeconds }) => timeoutSeconds * 1000)),
);

export function decidedInTime(): Checker {
  const decided = new Set<string>();

  return {
    invariant: "A18",
    says: "nothing is captured that was not decided before decideBy and a cancellation",
    afterStep(observed, step) {
      return step.written.flatMap((item) => {
        const payment = asPayment(item);
        if (!payment?.decision || decided.has(payment.orderId)) return [];
        const { charge, decision, orderId } = payment;
        decided.add(orderId);
        if (decision !== "CAPTURE" || !charge) return [];
        if (payment.cancelled) return [violation("A18", "decided to capture what was cancelled", orderId)];
        // One service's clock says when the deadline is, another's whether it is over.
        const patience =
          runMilliseconds + observed.clocksAheadMilliseconds + observed.clocksBehindMilliseconds;
        const late = observed.now - Date.parse(charge.decideBy) - patience;
        if (late <= 0) return [];
        return [violation("A18", `decided to capture ${Math.ceil(late / 1000)} s too late`, orderId)];
      });
    },
  };
}
