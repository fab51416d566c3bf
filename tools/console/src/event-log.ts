// The events that the bus accepted, in its order and in bounded memory.
import { type DomainEvent, subjectOf } from "@order-saga/contracts";
import { forgetOldest } from "@order-saga/invariants/forget-oldest";
import type { EventRow } from "./console-api.ts";
import { iso } from "./iso.ts";

export type EventLog = ReturnType<typeof createEventLog>;

export function createEventLog(maximumEvents: number) {
  const rows = new Map<number, { row: EventRow; event: DomainEvent }>();
  let changed = new Map<number, EventRow>();
  let lastNumber = 0;
  let firstNumber = 1;

  function keep(row: EventRow, event: DomainEvent): EventRow {
    rows.set(row.number, { row, event });
    changed.set(row.number, row);
    forgetOldest(rows, maximumEvents);
    forgetOldest(changed, maximumEvents);
    return row;
  }

  return {
    append(event: DomainEvent, at: number, marks: Marks): EventRow {
      return keep(rowOf(event, ++lastNumber, iso(at), marks), event);
    },
    /** An event of an earlier run; `occurredAt` stands for the unknown time at which the bus took it. */
    prepend(event: DomainEvent): EventRow {
      const marks = { isReplay: false, isRepeat: false, isOdd: false, reactions: [] };
      return keep(rowOf(event, --firstNumber, event.occurredAt, marks), event);
    },
    isFull: () => rows.size >= maximumEvents,
    /** The newest, or those before a number, in the bus's order. */
    rows(most: number, before = lastNumber + 1): EventRow[] {
      const found: EventRow[] = [];
      for (let number = before - 1; number >= firstNumber && found.length < most; number--) {
        const known = rows.get(number);
        if (known) found.push(known.row);
      }
      return found.reverse();
    },
    size: () => rows.size,
    event: (number: number) => rows.get(number)?.event,
    changes: () => changed.size,
    takeChanges(): EventRow[] {
      const taken = [...changed.values()];
      changed = new Map();
      return taken;
    },
  };
}

type Marks = Pick<EventRow, "isReplay" | "isRepeat" | "isOdd" | "reactions">;

function rowOf(event: DomainEvent, number: number, at: string, marks: Marks): EventRow {
  const { causationId, id, occurredAt, producer, type } = event;
  return { number, id, type, orderId: subjectOf(event), causationId, producer, occurredAt, at, ...marks };
}
