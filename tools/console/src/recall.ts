// Orders of an earlier run, which are in the tables only: the newest are read back, in slices.
import { DynamoDBDocumentClient, paginateScan } from "@aws-sdk/lib-dynamodb";
import { type DomainEvent, subjectOf } from "@order-saga/contracts";
import { readItems } from "@order-saga/dead-letters/records";
import type { Slices } from "@order-saga/emulator/slices";
import { recordsIn } from "@order-saga/invariants/books";
import type { Runtime } from "@order-saga/local/runtime";
import { recordOfOrder } from "@order-saga/protocol/records";
import { services } from "@order-saga/services";
import type { Recorder } from "./recorder.ts";

/** Orders, bulks and feeds that are read back. */
const MOST_RECALLED = 2500;
/** One page takes a few milliseconds. */
const ITEMS_OF_A_PAGE = 25;
const EVENTS_AT_ONCE = 100;

export async function recallOrders(runtime: Runtime, recorder: Recorder, slices: Slices): Promise<void> {
  const newest = createNewest(MOST_RECALLED);
  const client = DynamoDBDocumentClient.from(runtime.clients.dynamodb);
  const [first, ...others] = services.map(({ name }) => name);
  for (const TableName of [first, ...others]) {
    // The events of an order lie in several tables; which orders are wanted is known after the first.
    if (newest.isCut() && TableName !== first) continue;
    const input = { TableName, ConsistentRead: true, Limit: ITEMS_OF_A_PAGE };
    for await (const { Items = [] } of paginateScan({ client }, input)) {
      for (const { events } of recordsIn(Items)) newest.add(Object.values(events));
      const rest = slices();
      if (rest) await rest;
    }
    newest.cut();
  }
  // Of very many orders only those that are wanted are read from the other tables.
  for (const service of newest.isCut() ? others : [])
    for (const ids of chunks(newest.orders(), ITEMS_OF_A_PAGE)) {
      const items = await readItems(runtime.clients.dynamodb, service, ids.map(recordOfOrder(service).key));
      for (const { events } of recordsIn(items)) newest.add(Object.values(events));
      const rest = slices();
      if (rest) await rest;
    }
  const events = newest.events();
  for (let first = 0; first < events.length; first += EVENTS_AT_ONCE) {
    recorder.recall(events.slice(first, first + EVENTS_AT_ONCE));
    const rest = slices();
    if (rest) await rest;
  }
}

function chunks<T>(all: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(all.length / size) }, (_, n) => all.slice(n * size, (n + 1) * size));
}

/** Keeps the events of the newest subjects; once some were left out, it takes no other subject. */
function createNewest(most: number) {
  let bySubject = new Map<string, { at: string; events: DomainEvent[] }>();
  let isCut = false;
  let isClosed = false;

  function keepNewest(): void {
    if (bySubject.size <= most) return;
    isCut = true;
    const sorted = [...bySubject].sort(([, one], [, other]) => (one.at < other.at ? 1 : -1));
    bySubject = new Map(sorted.slice(0, most));
  }

  return {
    add(events: readonly DomainEvent[]): void {
      const [first] = events;
      if (!first) return;
      const known = bySubject.get(subjectOf(first));
      if (known) known.events.push(...events);
      else if (!isClosed) bySubject.set(subjectOf(first), { at: first.occurredAt, events: [...events] });
      if (bySubject.size >= 2 * most) keepNewest();
    },
    /** To be called after each table. */
    cut(): void {
      keepNewest();
      isClosed = isCut;
    },
    isCut: () => isCut,
    orders: () => [...bySubject.keys()].filter((subject) => subject.startsWith("ord_")),
    /** Newest first. */
    events(): DomainEvent[] {
      const all = [...bySubject.values()].flatMap(({ events }) => events);
      return all.sort((one, other) => (one.occurredAt < other.occurredAt ? 1 : -1));
    },
  };
}
