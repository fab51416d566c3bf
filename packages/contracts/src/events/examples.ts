// One example of each event, for documents and tests; functions do not import this file.
import { eventId } from "../ids.ts";
import {
  type DomainEvent,
  type EventOf,
  type EventType,
  eventTypes,
  isOrderEventType,
  newEvent,
  producerOf,
} from "./index.ts";
import * as inventory from "./inventory.ts";
import * as orders from "./orders.ts";
import * as payment from "./payment.ts";

const examples: { readonly [T in EventType]: { answers: string | null; data: EventOf<T>["data"] } } = {
  ...orders.examples,
  ...orders.bulkExamples,
  ...inventory.examples,
  ...inventory.feedExamples,
  ...payment.examples,
};

/** When the order of the examples was placed, in milliseconds. */
export const exampleTime = Date.UTC(2026, 0, 5, 12);
const exampleOrderId = "ord_4f3c2a1b0d9e8f7a6b5c4d3e2f1a0b9c";
const exampleBulkId = "bulk_7a6b5c4d3e2f1a0b9c4f3c2a1b0d9e8f";
const exampleFeedId = "feed_0d9e8f7a6b5c4d3e2f1a0b9c4f3c2a1b";
const traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
const MILLISECONDS_BETWEEN_EVENTS = 1250;

export function exampleData<T extends EventType>(type: T): EventOf<T>["data"] {
  return examples[type].data;
}

/** The example of the type, as its producer would say it. */
export function exampleEvent<T extends EventType>(type: T): EventOf<T> {
  const { answers, data } = examples[type];
  const causationId = answers === null ? null : eventId(exampleSubject(answers as EventType), answers);
  const now = exampleTime + eventTypes.indexOf(type) * MILLISECONDS_BETWEEN_EVENTS;
  return newEvent(type, exampleSubject(type), { causationId, now, traceparent }, data);
}

/** What the example of the type is about. */
export function exampleSubject(type: EventType): string {
  if (isOrderEventType(type)) return exampleOrderId;
  return producerOf(type) === "inventory" ? exampleFeedId : exampleBulkId;
}

/** The type of the event that the example answers. */
export function exampleCause(type: EventType): string | null {
  return examples[type].answers;
}

export const exampleEvents: readonly DomainEvent[] = eventTypes.map(exampleEvent);
