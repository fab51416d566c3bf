// Every event of the saga: its schema, its producer, its layer, and how one is built and read.
import type * as z from "zod/mini";
import { type ServiceName, sourceOf } from "../envelope.ts";
import { eventId, type SubjectId } from "../ids.ts";
import * as inventory from "./inventory.ts";
import * as orders from "./orders.ts";
import * as payment from "./payment.ts";
import { newestOf, readEvent, saidAs, type Versioned } from "./versions.ts";

const definitions = {
  ...orders.events,
  ...orders.bulkEvents,
  ...inventory.events,
  ...inventory.feedEvents,
  ...payment.events,
};

export type EventType = keyof typeof definitions;
type SchemaOf<T extends EventType> = (typeof definitions)[T]["schema"];
export type EventOf<T extends EventType> = { [K in T]: z.infer<SchemaOf<K>> }[T];
export type DomainEvent = EventOf<EventType>;
/** An event of the saga itself: about one order. */
export type OrderEvent = Extract<DomainEvent, { orderId: string }>;
export type OrderEventType = OrderEvent["type"];

/** Every event type, the lowest layer first. */
export const eventTypes = (Object.keys(definitions) as EventType[]).sort(
  (a, b) => definitions[a].layer - definitions[b].layer,
);

export const eventSchemas = ofEach((type) => definitions[type].schema) as {
  readonly [T in EventType]: SchemaOf<T>;
};

/**
 * A reaction publishes only events of a higher layer than the one it heard, and a duplicate republishes only
 * those. Without the layers, duplicates answer duplicates for ever.
 */
export const layerOf: Readonly<Record<EventType, number>> = ofEach((type) => definitions[type].layer);

function ofEach<T>(read: (type: EventType) => T): Record<EventType, T> {
  return Object.fromEntries(eventTypes.map((type) => [type, read(type)])) as Record<EventType, T>;
}

/** The only service that may say an event of this type. */
export function producerOf(type: EventType): ServiceName {
  return definitions[type].producer;
}

/** The EventBridge `source` an event of this type must come under. */
export function sourceOfEvent(type: EventType): string {
  return sourceOf(producerOf(type));
}

export function isEventType(type: unknown): type is EventType {
  return typeof type === "string" && Object.hasOwn(eventSchemas, type);
}

type Read<T extends EventType> = z.core.util.SafeParseResult<EventOf<T>>;

/** The event in its newest version, read from either of the last two; unknown fields are dropped. */
export function parseEvent<T extends EventType>(type: T, detail: unknown): Read<T> {
  return readEvent(versioned(type), detail) as Read<T>;
}

/** A recorded event as the newest version would say it. */
export function newest<T extends DomainEvent>(event: T): T {
  return newestOf(versioned(event.type), event);
}

/** The newest version of the type. */
export function versionOf(type: EventType): number {
  return definitions[type].version;
}

/** The version before of a type that has one, for documents, and whether it is still the one that is said. */
export function versionBefore(type: EventType) {
  const { before } = versioned(type);
  return before && { ...before, isSaid: before.downcast !== undefined };
}

const versioned = (type: EventType): Versioned => definitions[type];

/** The recorded events that answer one of this type: those of a higher layer, in the order of the layers. */
export function answersTo(heard: EventType, recorded: readonly DomainEvent[]): DomainEvent[] {
  return recorded
    .filter((event) => layerOf[event.type] > layerOf[heard])
    .sort((a, b) => layerOf[a.type] - layerOf[b.type]);
}

/** Where an event comes from: what it answers, when it was decided (milliseconds), and its trace. */
export type Cause = { causationId: string | null; now: number; traceparent?: string | undefined };

/** The id of the order, bulk or feed that the event is about. */
export function subjectOf(event: DomainEvent): SubjectId {
  return (event as unknown as Record<string, SubjectId>)[definitions[event.type].subject] ?? "";
}

/** The same with its name, for a log line: `orderId`, `bulkId` or `feedId`. */
export function namedSubjectOf(event: DomainEvent): Readonly<Record<string, SubjectId>> {
  return { [definitions[event.type].subject]: subjectOf(event) };
}

/** True if events of this type are about an order. */
export function isOrderEventType(type: EventType): type is OrderEventType {
  return definitions[type].subject === "orderId";
}

/** Every type of event about an order, the lowest layer first. */
export const orderEventTypes: readonly OrderEventType[] = eventTypes.filter(isOrderEventType);

const entryField = {
  RefundMade: "refundId",
  RefundFailed: "refundId",
  DisputeOpened: "disputeId",
  DisputeClosed: "disputeId",
} as const;

/** Events of which an order can have several: one for each entry of its payment's ledger. */
export type EntryEventType = keyof typeof entryField;

export function isEntryEventType(type: EventType): type is EntryEventType {
  return Object.hasOwn(entryField, type);
}

/** The entry that the event is about: a refund's id or a dispute's; undefined for most events. */
export function entryOf({ data, type }: Pick<DomainEvent, "type" | "data">): string | undefined {
  return isEntryEventType(type) ? (data as Record<string, string>)[entryField[type]] : undefined;
}

/** Builds an event of its subject. Its id is derived, so building it again gives the same id. */
export function newEvent<T extends EventType>(
  type: T,
  subject: SubjectId,
  cause: Cause,
  data: EventOf<T>["data"],
): EventOf<T> {
  const said = saidAs(versioned(type), data);
  return {
    id: eventId(subject, type, entryOf({ type, data } as DomainEvent)),
    type,
    version: said.version,
    [definitions[type].subject]: subject,
    causationId: cause.causationId,
    occurredAt: new Date(cause.now).toISOString(),
    producer: producerOf(type),
    ...(cause.traceparent ? { traceparent: cause.traceparent } : {}),
    data: said.data,
  } as unknown as EventOf<T>;
}

/** The cause of whatever answers this event. */
export function causedBy(event: DomainEvent, now: number): Cause {
  return { causationId: event.id, now, traceparent: event.traceparent };
}
