// A19: an order loses the mark of what is unpublished only when the bus has it; nobody else would say it in time.
import type { Checker } from "./observed.ts";
import { asOrder, isGenuine, newOf, violation } from "./records.ts";

const marked = ["OrderPlaced", "OrderCancelRequested"] as const;

export function marksAreTrue(): Checker {
  const said = new Set<string>();

  return {
    invariant: "A19",
    says: "what is not marked as unpublished has been published",
    afterStep(observed, step) {
      for (const entry of newOf(observed.published, step.from.published))
        if (isGenuine(entry)) said.add(entry.event.id);
      return step.written.flatMap((item) => {
        const order = asOrder(item);
        if (!order) return [];
        return marked
          .filter((type) => !order.unpublished.includes(type))
          .flatMap((type) => order.events[type] ?? [])
          .filter(({ id }) => !said.has(id))
          .map(({ type }) => violation("A19", `${type} lost its mark before it was said`, order.orderId));
      });
    },
  };
}
