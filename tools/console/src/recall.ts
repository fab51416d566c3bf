// Orders of an earlier run, which are in the tables only: the newest are read back, in slices.
import { DynamoDBDocumentClient, paginateScan } from "@aws-sdk/lib-dynamodb";
import { type DomainEvent, subjectOf } from "@order-saga/contracts";
import type { Slices } from "@order-saga/emulator/slices";
import { recordsIn } from "@order-saga/invariants/books";
import type { Runtime } from "@order-saga/local/runtime";
import { services } from "@order-saga/services";
import type { Recorder } from "./recorder.ts";

/** Orders, bulks and feeds that are read back. */
const MOST_RECALLED = 2500;
/** One page takes a few milliseconds. */
const ITEMS_OF_A_PAGE = 50;
const EVENTS_AT_ONCE = 100;

export async function recallOrders(runtime: Runtime, recorder: Recorder, slices: Slices): Promise<void> {
  const newest = createNewest(MOST_RECALLED);
  // The events of an order lie in several tables; which orders are wanted is known after the first.
  const client = DynamoDBDocumentClient.from(runtime.clients.dynamodb);
  for (const { name: TableName } of services) {
    const input = { TableName, ConsistentRead: true, Limit: ITEMS_OF_A_PAGE };
    for await (const { Items = [] } of paginateScan({ client }, input)) {
      for (const { events } of recordsIn(Items)) newest.add(Object.values(events));
      const rest = slices();
      if (rest) await rest;
    }
    newest.close();
  }
  const events = newest.events();
  for (let first = 0; first < events.length; first += EVENTS_AT_ONCE) {
    recorder.recall(events.slice(first, first + EVENTS_AT_ONCE));
    const rest = slices();
    if (rest) await rest;
  }
}

/** Keeps the events of the subjects whose records are the newest in the first table that has any. */
function createNewest(most: number) {
  let bySubject = new Map<string, { at: string; events: DomainEvent[] }>();
  let isClosed = false;

  function cut(): void {
    const kept = [...bySubject].sort(([, one], [, other]) => (one.at < other.at ? 1 : -1)).slice(0, most);
    bySubject = new Map(kept);
  }

  return {
    add(events: readonly DomainEvent[]): void {
      const [first] = events;
      if (!first) return;
      const known = bySubject.get(subjectOf(first));
      if (known) known.events.push(...events);
      else if (!isClosed || bySubject.size < most)
        bySubject.set(subjectOf(first), { at: first.occurredAt, events: [...events] });
      if (bySubject.size >= 2 * most) cut();
    },
    /** Those of the first table are chosen. */
    close(): void {
      if (bySubject.size > most) cut();
      isClosed = true;
    },
    /** Newest first. */
    events(): DomainEvent[] {
      const all = [...bySubject.values()].flatMap(({ events }) => events);
      return all.sort((one, other) => (one.occurredAt < other.occurredAt ? 1 : -1));
    },
  };
}
