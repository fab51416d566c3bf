// A7: of facts that exclude each other an order has at most one, and what implies another fact has it.
import { type EventType, subjectOf } from "@order-saga/contracts";
import { contradictions } from "@order-saga/protocol/facts";
import type { Checker } from "./observed.ts";
import { asOrder, asPayment, asReservation, isGenuine, newOf, violation } from "./records.ts";

export function exclusiveFacts(): Checker {
  /** Everything ever recorded or said of an order: a record that was overwritten does not take it back. */
  const facts = new Map<string, Set<EventType>>();

  return {
    invariant: "A7",
    says: "at most one of each exclusive pair of facts",
    afterStep(observed, step) {
      const changed = new Set<string>();
      const learn = (orderId: string, type: EventType) => {
        const known = facts.get(orderId) ?? new Set();
        if (known.has(type)) return;
        facts.set(orderId, known.add(type));
        changed.add(orderId);
      };
      for (const item of step.written) {
        const record = asOrder(item) ?? asReservation(item) ?? asPayment(item);
        for (const type in record?.events) learn(String(item.orderId), type as EventType);
      }
      for (const entry of newOf(observed.published, step.from.published))
        if (isGenuine(entry)) learn(subjectOf(entry.event), entry.event.type);
      return [...changed].flatMap((orderId) =>
        contradictions((type) => facts.get(orderId)?.has(type) === true).map((detail) =>
          violation("A7", detail, orderId),
        ),
      );
    },
  };
}
