// E2: an order ends within a bound, derived from the queues' settings, after its deadline and the last fault.
import { subjectOf } from "@order-saga/contracts";
import { settleBoundMilliseconds } from "@order-saga/invariants/bounds";
import { services } from "@order-saga/services";
import { hasEnded } from "./e01-every-order-ends.ts";
import type { Checker } from "./observed.ts";
import { allOrders, asOrder, asPayment, asReservation, isGenuine, newOf, violation } from "./records.ts";

const bound = settleBoundMilliseconds(services);

export function endInTime(): Checker {
  const endedAt = new Map<string, number>();
  /** When the customer last asked for something, as the bus first heard of it. */
  const askedAt = new Map<string, number>();
  const heard = new Set<string>();

  return {
    invariant: "E2",
    says: "orders end within decideBy + a bound derived from the queues' settings",
    afterStep(observed, step) {
      for (const entry of newOf(observed.published, step.from.published)) {
        if (!isGenuine(entry) || entry.event.causationId !== null || heard.has(entry.event.id)) continue;
        heard.add(entry.event.id);
        if (entry.event.producer === "orders") askedAt.set(subjectOf(entry.event), entry.at);
      }
      for (const item of step.written) {
        const orderId = (asOrder(item) ?? asReservation(item) ?? asPayment(item))?.orderId;
        if (orderId === undefined) continue;
        if (!hasEnded(observed, orderId)) endedAt.delete(orderId);
        else if (!endedAt.has(orderId)) endedAt.set(orderId, observed.now);
      }
      return [];
    },
    atRest(observed) {
      // A sweep that was told a wrong time has put its next look off by as much.
      const patience = bound + observed.clocksAheadMilliseconds;
      return [...allOrders(observed)].flatMap(({ decideBy, orderId }) => {
        const ended = endedAt.get(orderId);
        if (ended === undefined) return [violation("E2", "has not ended", orderId)];
        const since = Math.max(
          Date.parse(decideBy),
          observed.faultsStoppedAt ?? 0,
          askedAt.get(orderId) ?? 0,
        );
        const late = ended - since - patience;
        return late > 0 ? [violation("E2", `ended ${Math.ceil(late / 1000)} s too late`, orderId)] : [];
      });
    },
  };
}
