// What is known of each order and bulk: its events in the archive, and those that its records keep.
import {
  type DomainEvent,
  type EntryEventType,
  type EventOf,
  isEntryEventType,
  isOrderEventType,
  type OfBulk,
  type OrderEvent,
  subjectOf,
} from "@order-saga/contracts";
import type { Facts } from "@order-saga/protocol/facts";

/** What was said of one bulk of orders. */
export type BulkFacts = { readonly [T in "BulkPlaced" | "BulkCompleted"]?: EventOf<T> };

export type FeedEnd = EventOf<"StockFeedImported" | "StockFeedRefused">;

/** By order, each event once: the same id always has the same bytes. Refunds and disputes are entries. */
export function factsByOrder(events: readonly DomainEvent[]): Map<string, Facts> {
  const isFact = (event: DomainEvent): event is OrderEvent =>
    isOrderEventType(event.type) && !isEntryEventType(event.type);
  return bySubject(events.filter(isFact));
}

export type EntryEvent = EventOf<EntryEventType>;

/** By order, each event of its refunds and disputes once, in the order of their times. */
export function entriesByOrder(events: readonly DomainEvent[]): Map<string, readonly EntryEvent[]> {
  const isEntry = (event: DomainEvent): event is EntryEvent => isEntryEventType(event.type);
  const once = new Map(events.filter(isEntry).map((event) => [event.id, event]));
  const inTime = [...once.values()].sort((a, b) => (a.occurredAt < b.occurredAt ? -1 : 1));
  return Map.groupBy(inTime, ({ orderId }) => orderId);
}

export function factsByBulk(events: readonly DomainEvent[]): Map<string, BulkFacts> {
  return bySubject(events.filter(({ type }) => type === "BulkPlaced" || type === "BulkCompleted"));
}

/** How each stock feed of the window ended, by its id. */
export function feedEnds(events: readonly DomainEvent[]): Map<string, FeedEnd> {
  const isEnd = (event: DomainEvent): event is FeedEnd =>
    event.type === "StockFeedImported" || event.type === "StockFeedRefused";
  return new Map(events.filter(isEnd).map((event) => [event.feedId, event]));
}

function bySubject<F extends object>(events: readonly DomainEvent[]): Map<string, F> {
  const facts = new Map<string, F>();
  for (const event of events)
    facts.set(subjectOf(event), { [event.type]: event, ...facts.get(subjectOf(event)) } as F);
  return facts;
}

/** Those of one producer. */
export function saidBy(producer: string, facts: Facts): Facts {
  return Object.fromEntries(Object.entries(facts).filter(([, event]) => event.producer === producer));
}

/** True if the record already has every fact. */
export const hasAll = (known: object, facts: Facts) => Object.keys(facts).every((type) => type in known);

/** The bulk that the order came with, and its row there. */
export function bulkOf(facts: Facts): { bulkId: string; row: number } | undefined {
  for (const { data } of Object.values(facts)) {
    const { bulkId, bulkRow: row } = data as OfBulk;
    if (bulkId !== undefined && row !== undefined) return { bulkId, row };
  }
  return undefined;
}
