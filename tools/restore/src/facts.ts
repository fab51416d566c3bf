// What is known of each order: its events in the archive, and those that its records keep.
import { type DomainEvent, subjectOf } from "@order-saga/contracts";
import type { Facts } from "@order-saga/protocol/facts";

/** By order, each event once: the same id always has the same bytes. */
export function factsByOrder(events: readonly DomainEvent[]): Map<string, Facts> {
  const facts = new Map<string, Facts>();
  for (const event of events)
    facts.set(subjectOf(event), { [event.type]: event, ...facts.get(subjectOf(event)) });
  return facts;
}

/** Those of one producer. */
export function saidBy(producer: string, facts: Facts): Facts {
  return Object.fromEntries(Object.entries(facts).filter(([, event]) => event.producer === producer));
}

/** True if the record already has every fact. */
export const hasAll = (known: object, facts: Facts) => Object.keys(facts).every((type) => type in known);
