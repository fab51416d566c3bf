// The catalogue of every event of the saga: its schema, its producer and its layer.
import type * as z from "zod/mini";
import { type Accepts, accepts } from "../accepts.ts";
import { type ServiceName, sourceOf } from "../envelope.ts";
import { eventId, type OrderId } from "../ids.ts";
import * as inventory from "./inventory.ts";
import * as orders from "./orders.ts";
import * as payment from "./payment.ts";

export const eventSchemas = {
  OrderPlaced: orders.OrderPlaced,
  OrderCancelRequested: orders.OrderCancelRequested,
  ReservationExpired: inventory.ReservationExpired,
  StockReserved: inventory.StockReserved,
  StockRejected: inventory.StockRejected,
  PaymentAuthorized: payment.PaymentAuthorized,
  PaymentDeclined: payment.PaymentDeclined,
  PaymentVoided: payment.PaymentVoided,
  PaymentCaptured: payment.PaymentCaptured,
  PaymentRefunded: payment.PaymentRefunded,
  StockCommitted: inventory.StockCommitted,
  StockReleased: inventory.StockReleased,
  OrderConfirmed: orders.OrderConfirmed,
  OrderRejected: orders.OrderRejected,
  OrderCancelled: orders.OrderCancelled,
} as const;

export type EventType = keyof typeof eventSchemas;
export type EventOf<T extends EventType> = { [K in T]: z.infer<(typeof eventSchemas)[K]> }[T];
export type DomainEvent = EventOf<EventType>;

export const eventTypes = Object.keys(eventSchemas) as EventType[];

/**
 * A reaction publishes only events of a higher layer than the one it heard, and a duplicate republishes only
 * those. Without the layers, duplicates answer duplicates for ever.
 */
export const layerOf: Readonly<Record<EventType, number>> = {
  OrderPlaced: 0,
  OrderCancelRequested: 0,
  ReservationExpired: 0,
  StockReserved: 1,
  StockRejected: 1,
  PaymentAuthorized: 2,
  PaymentDeclined: 2,
  PaymentVoided: 2,
  PaymentCaptured: 2,
  PaymentRefunded: 2,
  StockCommitted: 3,
  StockReleased: 3,
  OrderConfirmed: 4,
  OrderRejected: 4,
  OrderCancelled: 4,
};

/** The only service that may say an event of this type. */
export function producerOf(type: EventType): ServiceName {
  return eventSchemas[type].shape.producer.def.values[0] as ServiceName;
}

/** The EventBridge `source` an event of this type must come under. */
export function sourceOfEvent(type: EventType): string {
  return sourceOf(producerOf(type));
}

export function isEventType(type: unknown): type is EventType {
  return typeof type === "string" && Object.hasOwn(eventSchemas, type);
}

const known: Partial<Record<EventType, Accepts>> = {};

/** What the event's schema says of this: `safeParse` in a fraction of its time, which may give back `detail` itself. */
export function parseEvent<T extends EventType>(
  type: T,
  detail: unknown,
): { success: true; data: EventOf<T> } | { success: false; error: z.core.$ZodError } {
  known[type] ??= accepts(eventSchemas[type]);
  if (known[type](detail)) return { success: true, data: detail as EventOf<T> };
  return eventSchemas[type].safeParse(detail) as z.core.util.SafeParseResult<EventOf<T>>;
}

/** The recorded events that answer one of this type: those of a higher layer, in the order of the layers. */
export function answersTo(heard: EventType, recorded: readonly DomainEvent[]): DomainEvent[] {
  return recorded
    .filter((event) => layerOf[event.type] > layerOf[heard])
    .sort((a, b) => layerOf[a.type] - layerOf[b.type]);
}

/** Where an event comes from: what it answers, when it was decided (milliseconds), the trace it belongs to. */
export type Cause = { causationId: string | null; now: number; traceparent?: string | undefined };

/** Builds an event of an order. Its id is derived, so building it again gives the same id. */
export function newEvent<T extends EventType>(
  type: T,
  orderId: OrderId,
  cause: Cause,
  data: EventOf<T>["data"],
): EventOf<T> {
  return {
    id: eventId(orderId, type),
    type,
    version: 1,
    orderId,
    causationId: cause.causationId,
    occurredAt: new Date(cause.now).toISOString(),
    producer: producerOf(type),
    ...(cause.traceparent ? { traceparent: cause.traceparent } : {}),
    data,
  } as unknown as EventOf<T>;
}

/** The cause of whatever answers this event. */
export function causedBy(event: DomainEvent, now: number): Cause {
  return { causationId: event.id, now, traceparent: event.traceparent };
}
