// A14: no mail is sent twice, none confirms what one has cancelled, and an order of a bulk has none.
import type { Checker } from "./observed.ts";
import { newOf, orderOf, violation } from "./records.ts";

export function eachMailOnce(): Checker {
  const sent = new Map<string, Set<string>>();

  return {
    invariant: "A14",
    says: "each mail at most once; none confirmed after a cancelled",
    afterStep(observed, step) {
      return [...newOf(observed.mails, step.from.mails)].flatMap(({ kind, orderId }) => {
        const kinds = sent.get(orderId) ?? new Set();
        const isAgain = kinds.has(kind);
        sent.set(orderId, kinds.add(kind));
        return [
          ...(isAgain ? [violation("A14", `the mail ${kind} was sent twice`, orderId)] : []),
          ...(orderOf(observed, orderId)?.events.OrderPlaced?.data.bulkId === undefined
            ? []
            : [violation("A14", `an order of a bulk has the mail ${kind} of its own`, orderId)]),
          ...(kind === "confirmed" && kinds.has("cancelled")
            ? [violation("A14", "confirmed was sent after cancelled", orderId)]
            : []),
        ];
      });
    },
  };
}
