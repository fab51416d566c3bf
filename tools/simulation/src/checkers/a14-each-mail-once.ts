// A14: no mail is sent twice, none comes too late to be true, and an order of a bulk has none.
import { notifyCustomer } from "@order-saga/notification/service";
import type { Checker, Item, Observed } from "./observed.ts";
import { asNotification, newOf, orderOf, violation } from "./records.ts";

export function eachMailOnce(): Checker {
  const sent = new Map<string, Set<string>>();
  /** Of whose order notification heard past its deadline, or in time. */
  const heard = new Map<string, "late" | "in time">();

  function hear(observed: Observed, item: Item): void {
    const { orderId, placed } = asNotification(item) ?? {};
    if (!orderId || !placed || heard.has(orderId)) return;
    const { decideBy } = orderOf(observed, orderId) ?? {};
    const patience =
      notifyCustomer.timeoutSeconds * 1000 +
      observed.clocksAheadMilliseconds +
      observed.clocksBehindMilliseconds;
    const isLate = decideBy !== undefined && observed.now - Date.parse(decideBy) > patience;
    heard.set(orderId, isLate ? "late" : "in time");
  }

  return {
    invariant: "A14",
    says: "each mail at most once; none confirmed after a cancelled, none of receipt for an order heard too late",
    afterStep(observed, step) {
      for (const item of step.written) hear(observed, item);
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
          ...(kind === "received" && heard.get(orderId) === "late"
            ? [violation("A14", "received was sent of an order that was heard past its deadline", orderId)]
            : []),
        ];
      });
    },
  };
}
