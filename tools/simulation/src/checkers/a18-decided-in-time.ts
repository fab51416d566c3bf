// A18: stock is taken and money captured only before `decideBy`, money only before a cancellation was heard.

import { functionsOf } from "@order-saga/messaging";
import { services } from "@order-saga/services";
import type { Checker, Item, Observed, Violation } from "./observed.ts";
import { asPayment, asReservation, orderOf, violation } from "./records.ts";

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
    says: "nothing is captured that was not decided before decideBy and a cancellation, nor stock taken later",
    afterStep(observed, step) {
      return step.written.flatMap((item) => {
        const reserved = reservedLate(observed, item);
        if (reserved) return [reserved];
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

/** By inventory's own clock, so that no clock can be blamed. */
function reservedLate(observed: Observed, item: Item): Violation | undefined {
  const reservation = asReservation(item);
  const { StockReserved: said } = reservation?.events ?? {};
  // Later versions of the record hold the same event.
  if (!said || reservation?.version !== 1) return undefined;
  const decideBy = orderOf(observed, said.orderId)?.decideBy;
  if (decideBy === undefined || said.occurredAt < decideBy) return undefined;
  return violation(
    "A18",
    `stock was taken at ${said.occurredAt}, and the deadline is ${decideBy}`,
    said.orderId,
  );
}
