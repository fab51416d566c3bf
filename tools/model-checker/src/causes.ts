// The events recorded in a record, each with the type of the event that caused it.
import { type DomainEvent, type EventType, eventId, eventTypes } from "@order-saga/contracts";
import { testOrderId } from "@order-saga/messaging/testing";

export type Recording = { events?: { readonly [T in EventType]?: DomainEvent } };

/** The cause is null if a customer or a timer began the event, undefined if its id is no event's. */
export type Caused = { type: EventType; cause: EventType | null | undefined };

const typeOf = new Map(eventTypes.map((type) => [eventId(testOrderId, type), type]));

export function causesIn(record: Recording): Caused[] {
  return Object.values(record.events ?? {}).map(({ causationId, type }) => ({
    type,
    cause: causationId === null ? null : typeOf.get(causationId),
  }));
}
