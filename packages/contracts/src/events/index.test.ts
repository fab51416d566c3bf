// The catalogue of events: golden examples, layers, owners, and what the schemas refuse.
import { readdirSync, readFileSync } from "node:fs";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { containsCardNumber } from "../card-number.ts";
import { eventId } from "../ids.ts";
import {
  answersTo,
  causedBy,
  type DomainEvent,
  type EventType,
  eventSchemas,
  eventTypes,
  isEventType,
  layerOf,
  newEvent,
  producerOf,
  sourceOfEvent,
} from "./index.ts";

const folder = new URL("../../examples/", import.meta.url);

type Envelope = { "detail-type": string; source: string; resources: string[]; detail: DomainEvent };

function exampleOf(type: string): Envelope {
  return JSON.parse(readFileSync(new URL(`${type}.json`, folder), "utf8"));
}

const examples = eventTypes.map((type) => exampleOf(type).detail);

test("there is one example for each event type, and no other file", () => {
  expect(readdirSync(folder).sort()).toEqual(eventTypes.map((type) => `${type}.json`).sort());
});

describe.each(eventTypes)("the golden example of %s", (type) => {
  const envelope = exampleOf(type);

  test("is in the envelope of its own type, owner and order", () => {
    expect(envelope).toMatchObject({ "detail-type": type, source: sourceOfEvent(type) });
    expect(envelope.resources).toEqual([envelope.detail.orderId]);
  });

  test("parses, and is written again as the same bytes", () => {
    const parsed = eventSchemas[type].parse(envelope.detail);
    expect(JSON.stringify({ ...envelope, detail: parsed })).toBe(JSON.stringify(envelope));
  });

  test("is what newEvent builds, byte for byte", () => {
    const { orderId, causationId, occurredAt, traceparent, data } = envelope.detail;
    const cause = { causationId, now: Date.parse(occurredAt), traceparent };
    expect(JSON.stringify(newEvent(type, orderId, cause, data as never))).toBe(
      JSON.stringify(envelope.detail),
    );
  });

  test("holds no card number", () => {
    expect(containsCardNumber(JSON.stringify(envelope.detail.data))).toBe(false);
  });

  test.each([
    ["another version", { version: 2 }],
    ["no version", { version: undefined }],
    ["a foreign producer", { producer: producerOf(type) === "orders" ? "payment" : "orders" }],
    ["another type", { type: type === "OrderPlaced" ? "StockReserved" : "OrderPlaced" }],
    ["an order id without its prefix", { orderId: "4f3c2a1b0d9e8f7a6b5c4d3e2f1a0b9c" }],
    ["an id that is no UUID", { id: "1" }],
    ["no causation", { causationId: undefined }],
    ["a time without its milliseconds", { occurredAt: "2026-11-23T09:00:00Z" }],
    ["a broken trace context", { traceparent: "00-1-1-1" }],
    ["no data", { data: undefined }],
    ["empty data", { data: {} }],
  ])("is refused with %s", (_, change) => {
    expect(eventSchemas[type].safeParse({ ...envelope.detail, ...change }).success).toBe(false);
  });

  test("is accepted with a field of a newer producer, which is dropped", () => {
    const newer = { ...envelope.detail, added: 1, data: { ...envelope.detail.data, added: 1 } };
    expect(JSON.stringify(eventSchemas[type].parse(newer))).toBe(JSON.stringify(envelope.detail));
  });

  test("carries personal data only if it is OrderPlaced", () => {
    expect(JSON.stringify(envelope.detail).includes("@")).toBe(type === "OrderPlaced");
  });
});

test.each([
  ["OrderPlaced", { lines: [] }],
  ["OrderPlaced", { amount: 19.8 }],
  ["OrderPlaced", { currency: "eur" }],
  ["OrderPlaced", { paymentMethod: "4242424242424242" }],
  ["OrderPlaced", { contact: { email: "ada" } }],
  ["OrderPlaced", { contact: { email: "ada@example.com", phone: "1" } }],
  ["StockReserved", { lines: [{ sku: "TEA", quantity: 0 }] }],
  ["StockRejected", { shortages: [] }],
  ["StockReleased", { reason: "because" }],
  ["PaymentDeclined", { code: "Do not honour!" }],
  ["PaymentDeclined", { stage: "refund" }],
  ["PaymentVoided", { reason: "declined" }],
  ["PaymentCaptured", { amount: -1 }],
  ["OrderRejected", { reason: "cancelled" }],
  ["OrderCancelled", { refunded: "yes" }],
] as [EventType, object][])("%s with %j is refused", (type, change) => {
  const { detail } = exampleOf(type);
  expect(eventSchemas[type].safeParse({ ...detail, data: { ...detail.data, ...change } }).success).toBe(
    false,
  );
});

test("an event answers only events of a lower layer", () => {
  const answered = (heard: EventType) => answersTo(heard, examples).map((event) => event.type);
  expect(answered("OrderConfirmed")).toEqual([]);
  expect(answered("StockReleased")).toEqual(["OrderConfirmed", "OrderRejected", "OrderCancelled"]);
  expect(answered("OrderPlaced")).not.toContain("ReservationExpired");
  expect(answered("OrderPlaced")).toHaveLength(eventTypes.length - 3);
});

test("answers come in the order of their layers, whatever the order they were recorded in", () => {
  const recorded = fc.shuffledSubarray(examples);
  fc.assert(
    fc.property(recorded, fc.constantFrom(...eventTypes), (events, heard) => {
      const before = [...events];
      const layers = answersTo(heard, events).map((event) => layerOf[event.type]);
      expect(layers).toEqual(layers.toSorted((a, b) => a - b));
      expect(layers.every((layer) => layer > layerOf[heard])).toBe(true);
      expect(events).toEqual(before);
    }),
  );
});

test("every causation of an example is an event of a layer that is not above it", () => {
  const typeOf = new Map(eventTypes.map((type) => [eventId(exampleOf(type).detail.orderId, type), type]));
  for (const event of examples) {
    if (event.causationId === null) continue;
    const cause = typeOf.get(event.causationId);
    if (!cause) return expect.unreachable(`${event.type} has a cause that is no event`);
    expect(layerOf[cause]).toBeLessThan(layerOf[event.type]);
  }
});

test("what answers an event carries its id and its trace", () => {
  const [heard] = examples;
  if (!heard) return expect.unreachable();
  const said = newEvent("OrderCancelled", heard.orderId, causedBy(heard, 0), { refunded: false });
  expect(said).toMatchObject({ causationId: heard.id, traceparent: heard.traceparent });
  expect(said.occurredAt).toBe("1970-01-01T00:00:00.000Z");
});

test("an event without a trace has no such field", () => {
  const event = newEvent("OrderCancelled", "ord_1", { causationId: null, now: 0 }, { refunded: false });
  expect("traceparent" in event).toBe(false);
});

test("only the fifteen event types are event types", () => {
  expect(eventTypes).toHaveLength(15);
  for (const type of eventTypes) expect(isEventType(type)).toBe(true);
  for (const other of ["", "orderplaced", "toString", "__proto__", null, 1])
    expect(isEventType(other)).toBe(false);
});
