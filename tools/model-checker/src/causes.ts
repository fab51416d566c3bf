// The events recorded in a record, each with the type of the event that caused it.
import { type DomainEvent, type EventType, entryOf, eventId, eventTypes } from "@order-saga/contracts";
import { type EventKey, keyOf } from "./messages.ts";
import { orderIds } from "./order-ids.ts";

export type Recording = {
  events?: { readonly [T in EventType]?: DomainEvent };
  /** Of a payment: what was said of each entry of its ledger. */
  ledgerEvents?: readonly DomainEvent[];
};

/** The cause is null if a customer or a timer began the event, undefined if its id is no event's. */
export type Caused = { type: EventType; key: EventKey; cause: EventType | null | undefined };

/** No event about an entry of a ledger causes another. */
const typeOf = new Map(
  orderIds.flatMap((orderId) => eventTypes.map((type) => [eventId(orderId, type), type] as const)),
);

export function eventsIn({ events = {}, ledgerEvents = [] }: Recording): DomainEvent[] {
  return [...Object.values(events), ...ledgerEvents];
}

export function causesIn(record: Recording): Caused[] {
  return eventsIn(record).map((event) => ({
    type: event.type,
    key: keyOf(event.type, entryOf(event)),
    cause: event.causationId === null ? null : typeOf.get(event.causationId),
  }));
}
