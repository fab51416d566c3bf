// Judges each write of a record: states only move up, recorded events stay and are true and have a cause.
import { entryOf } from "@order-saga/contracts";
import {
  notificationSetbacks,
  orderSetbacks,
  paymentSetbacks,
  reservationSetbacks,
} from "@order-saga/invariants/transitions";
import { type Caused, eventsIn, type Recording } from "./causes.ts";
import type { ContentId, Interner } from "./interner.ts";
import { type EventKey, keyOf } from "./messages.ts";
import { isSaidOutside } from "./outside-events.ts";
import { type RecordKind, recordKindWith } from "./record-kinds.ts";
import { createTruths } from "./truths.ts";
import type { Saga } from "./world.ts";

export type History = ReturnType<typeof createHistory>;

// biome-ignore lint/suspicious/noExplicitAny: each is given its own kind of record.
const setbacks: Record<RecordKind, (before: any, after: any) => string[]> = {
  payment: paymentSetbacks,
  reservation: reservationSetbacks,
  order: orderSetbacks,
  notification: notificationSetbacks,
};

/** More than there are contents of any kind. */
const CONTENTS = 65_536;

function forEachKind<T>(make: () => T): Record<RecordKind, T> {
  return { payment: make(), reservation: make(), order: make(), notification: make() };
}

export function createHistory(interner: Interner) {
  const judged = forEachKind(() => new Map<number, readonly string[]>());
  const events = forEachKind((): Partial<Record<EventKey, ContentId>>[] => []);

  const untruths = createTruths(interner);

  /** A11, over what tells the contents apart; the versions are the store's and judged by it. */
  function fallenBack(kind: RecordKind, before: ContentId, after: ContentId): readonly string[] {
    const name = before * CONTENTS + after;
    const known = judged[kind].get(name);
    if (known) return known;
    const at = (id: ContentId, version: number) => {
      const essence = interner.essenceOf(kind, id);
      return essence && { ...essence, version };
    };
    const found = setbacks[kind](at(before, 1), at(after, 2)).map((setback) => `A11: ${setback}`);
    judged[kind].set(name, found);
    return found;
  }

  /** The number of an event on record; 0 if there is none. */
  function recordedEvent(kind: RecordKind, id: ContentId, key: EventKey): ContentId {
    const numbers = eventsOf(kind, id);
    return numbers[key] ?? 0;
  }

  function eventsOf(kind: RecordKind, id: ContentId): Partial<Record<EventKey, ContentId>> {
    const known = events[kind][id];
    if (known) return known;
    const record = interner.get(kind, id) as Recording | undefined;
    const said = eventsIn(record ?? {});
    const found = Object.fromEntries(
      said.map((event) => [keyOf(event.type, entryOf(event)), interner.idOf("event", event)]),
    );
    events[kind][id] = found;
    return found;
  }

  /** A10: the cause of a newly recorded event is on its producer's record. */
  function causeless(kind: RecordKind, saga: Saga, causes: readonly Caused[]): string[] {
    return causes.flatMap(({ cause, key, type }) => {
      if (cause === null || recordedEvent(kind, saga[kind], key)) return [];
      const from = cause && recordKindWith(cause);
      if (from && recordedEvent(from, saga[from], cause)) return [];
      if (cause && isSaidOutside(saga, cause)) return [];
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
      const found = [...fallenBack(kind, saga[kind], after), ...untruths(kind, saga, after)];
      return causes.length === 0 ? found : [...found, ...causeless(kind, saga, causes)];
    },
  };
}
