// A14: no mail is sent twice, and none says "confirmed" after one said "cancelled".
import type { Checker } from "./observed.ts";
import { newOf, violation } from "./records.ts";

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
          ...(kind === "confirmed" && kinds.has("cancelled")
            ? [violation("A14", "confirmed was sent after cancelled", orderId)]
            : []),
        ];
      });
    },
  };
}
