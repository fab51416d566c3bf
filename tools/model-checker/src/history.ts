// What a write makes of a record: states only move up, recorded events stay, and every event has a cause on record.
import { type DomainEvent, type EventType, eventId, eventSchemas, producerOf } from "@order-saga/contracts";
import {
  notificationSetbacks,
  orderSetbacks,
  paymentSetbacks,
  reservationSetbacks,
} from "@order-saga/invariants/progress";
import { testOrderId } from "@order-saga/messaging/testing";
import type { ContentId, Contents, Kinds } from "./contents.ts";
import { recordKindOf } from "./effects/outcome.ts";
import { isSaidElsewhere } from "./elsewhere.ts";
import type { Saga } from "./world.ts";

export type RecordKind = Exclude<keyof Kinds, "event">;

export type History = ReturnType<typeof createHistory>;

/** An event on record with what it answers: null for what a customer or a timer began, undefined for no event at all. */
export type Caused = { type: EventType; cause: EventType | null | undefined };

const typeOf = new Map(
  (Object.keys(eventSchemas) as EventType[]).map((type) => [eventId(testOrderId, type), type]),
);

export function causesIn(record: Recording): Caused[] {
  return Object.values(record.events ?? {}).map(({ causationId, type }) => ({
    type,
    cause: causationId === null ? null : typeOf.get(causationId),
  }));
}

// biome-ignore lint/suspicious/noExplicitAny: each is given its own kind of record.
const setbacks: Record<RecordKind, (before: any, after: any) => string[]> = {
  payment: paymentSetbacks,
  reservation: reservationSetbacks,
  order: orderSetbacks,
  notification: notificationSetbacks,
};

/** More than there are contents of any kind. */
const CONTENTS = 65_536;

type Recording = { events?: { readonly [T in EventType]?: DomainEvent } };

function forEachKind<T>(make: () => T): Record<RecordKind, T> {
  return { payment: make(), reservation: make(), order: make(), notification: make() };
}

export function createHistory(contents: Contents) {
  const judged = forEachKind(() => new Map<number, readonly string[]>());
  const events = forEachKind((): Partial<Record<EventType, ContentId>>[] => []);

  /** A11, over what tells the contents apart; the versions are the store's and judged by it. */
  function fallenBack(kind: RecordKind, before: ContentId, after: ContentId): readonly string[] {
    const name = before * CONTENTS + after;
    const known = judged[kind].get(name);
    if (known) return known;
    const at = (id: ContentId, version: number) => {
      const essence = contents.essenceOf(kind, id);
      return essence && { ...essence, version };
    };
    const found = setbacks[kind](at(before, 1), at(after, 2)).map((setback) => `A11: ${setback}`);
    judged[kind].set(name, found);
    return found;
  }

  /** The number of an event on record; 0 if there is none. */
  function recordedEvent(kind: RecordKind, id: ContentId, type: EventType): ContentId {
    const numbers = eventsOf(kind, id);
    return numbers[type] ?? 0;
  }

  function eventsOf(kind: RecordKind, id: ContentId): Partial<Record<EventType, ContentId>> {
    const known = events[kind][id];
    if (known) return known;
    const record = contents.get(kind, id) as Recording | undefined;
    const said = Object.values(record?.events ?? {});
    const found = Object.fromEntries(said.map((event) => [event.type, contents.idOf("event", event)]));
    events[kind][id] = found;
    return found;
  }

  /** A10: the cause of what is newly recorded is on record with those who say it. */
  function causeless(kind: RecordKind, saga: Saga, causes: readonly Caused[]): string[] {
    return causes.flatMap(({ cause, type }) => {
      if (cause === null || recordedEvent(kind, saga[kind], type)) return [];
      const from = cause && recordKindOf[producerOf(cause)];
      if (from && recordedEvent(from, saga[from], cause)) return [];
      if (cause && isSaidElsewhere(saga, cause)) return [];
      return [`A10: ${type} has a cause that is not recorded`];
    });
  }

  return {
    recordedEvent,
    /** What is wrong with a write of these contents, in which these events are recorded. */
    violationsOf(
      kind: RecordKind,
      saga: Saga,
      after: ContentId,
      causes: readonly Caused[],
    ): readonly string[] {
      if (saga[kind] === after) return [];
      const fallen = fallenBack(kind, saga[kind], after);
      return causes.length === 0 ? fallen : [...fallen, ...causeless(kind, saga, causes)];
    },
  };
}
