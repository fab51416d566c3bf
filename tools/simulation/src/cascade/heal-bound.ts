// How soon after a fault the last order has settled, if no message became a dead letter.
import { healsOrders } from "@order-saga/invariants/bounds";
import { type ServiceManifest, visibilityTimeoutSeconds } from "@order-saga/messaging";

/**
 * A message that failed comes again after its queue's visibility timeout, and what no message tells is found
 * by a run of a schedule. The bound is the longest of these timeouts, plus the interval and the time limit of
 * the slowest schedule. What was held goes on within it, and then takes as long as it would without a fault.
 */
export function healBoundMilliseconds(services: readonly ServiceManifest[]): number {
  const reactions = services.flatMap((service) => service.reactions.filter(({ from }) => from === "bus"));
  const schedules = services.flatMap((service) => service.schedules).filter(healsOrders);
  const hidden = Math.max(...reactions.map(visibilityTimeoutSeconds));
  const runs = Math.max(
    ...schedules.map(({ everyMinutes, timeoutSeconds }) => everyMinutes * 60 + timeoutSeconds),
  );
  return (hidden + runs) * 1000;
}
