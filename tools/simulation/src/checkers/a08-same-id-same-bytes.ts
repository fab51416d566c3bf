// A8: an event's id is derived from its order, type and entry, and the same id always means the same bytes.
import { isDeepStrictEqual } from "node:util";
import { entryOf, eventId, subjectOf } from "@order-saga/contracts";
import type { Checker } from "./observed.ts";
import { isGenuine, newOf, violation } from "./records.ts";

/** Cache of derived ids over all runs: the same orders come back in each, and hashing is the main cost. */
const derived = new Map<string, string>();

export function sameIdSameBytes(): Checker {
  const details = new Map<string, string>();

  return {
    invariant: "A8",
    says: "the same event id means the same bytes",
    afterStep(observed, step) {
      return [...newOf(observed.published, step.from.published)].filter(isGenuine).flatMap((entry) => {
        const { id, type } = entry.event;
        const subject = subjectOf(entry.event);
        const known = details.get(id);
        // A table gives a record's fields back in any order, so their order alone makes no other event.
        if (known === undefined) {
          details.set(id, entry.detail);
          if (id === derivedId(subject, type, entryOf(entry.event))) return [];
          return [violation("A8", `the id of ${type} is not derived from what it is about`, subject)];
        }
        // A table gives a record's fields back in any order, so their order alone makes no other event.
        if (known === entry.detail || isDeepStrictEqual(JSON.parse(known), JSON.parse(entry.detail)))
          return [];
        return [violation("A8", `${type} was said in two ways`, subject)];
      });
    },
  };
}

function derivedId(orderId: string, type: string, entry: string | undefined): string {
  const name = `${orderId}/${type}/${entry ?? ""}`;
  const id = derived.get(name) ?? eventId(orderId, type, entry);
  derived.set(name, id);
  return id;
}
