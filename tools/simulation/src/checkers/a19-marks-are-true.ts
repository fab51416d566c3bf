// A19: every root event is on the bus, or still unconfirmed, so that the next sweep publishes it.
import { HEAR_GRACE_MILLISECONDS, unconfirmedRootEvents } from "@order-saga/orders/order";
import type { Checker } from "./observed.ts";
import { asOrder, isGenuine, newOf, violation } from "./records.ts";

const begun = ["OrderPlaced", "OrderCancelRequested"] as const;

export function marksAreTrue(): Checker {
  const said = new Set<string>();

  return {
    invariant: "A19",
    says: "what the sweep would not say at its next look has been published",
    afterStep(observed, step) {
      for (const entry of newOf(observed.published, step.from.published))
        if (isGenuine(entry)) said.add(entry.event.id);
      return step.written.flatMap((item) => {
        const order = asOrder(item);
        if (!order) return [];
        const ids = new Set(unconfirmedRootEvents(order).map(({ id }) => id));
        const due = Date.parse(order.dueAt ?? "");
        return begun
          .flatMap((type) => order.events[type] ?? [])
          .filter(({ id }) => !said.has(id))
          .filter(({ id, occurredAt }) => {
            const isSoonLookedAt = due <= Date.parse(occurredAt) + HEAR_GRACE_MILLISECONDS;
            return !ids.has(id) || !isSoonLookedAt;
          })
          .map(({ type }) => violation("A19", `${type} passes for heard before it was said`, order.orderId));
      });
    },
  };
}
