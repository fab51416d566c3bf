// The events: examples, layers, owners, and what the schemas refuse.
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { containsCardNumber } from "../card-number.ts";
import { eventId } from "../ids.ts";
import { exampleCause, exampleEvent, exampleEvents } from "./examples.ts";
import {
  answersTo,
  causedBy,
  type EntryEventType,
  type EventOf,
  type EventType,
  entryOf,
  eventSchemas,
  eventTypes,
  isEntryEventType,
  isEventType,
  layerOf,
  newEvent,
  producerOf,
  sourceOfEvent,
  subjectOf,
} from "./index.ts";

const examples = [...exampleEvents];

describe.each(eventTypes)("the example of %s", (type) => {
  const detail = exampleEvent(type);

  test("says its type and its owner, and has the id that follows from order, type and entry", () => {
    const id = eventId(subjectOf(detail), type, entryOf(detail));
    expect(detail).toMatchObject({ type, producer: producerOf(type), id });
  });

  test("parses, and is written again as the same bytes", () => {
    expect(JSON.stringify(eventSchemas[type].parse(detail))).toBe(JSON.stringify(detail));
  });

  test("is what newEvent builds, byte for byte", () => {
    const { causationId, occurredAt, traceparent, data } = detail;
    const cause = { causationId, now: Date.parse(occurredAt), traceparent };
    expect(JSON.stringify(newEvent(type, subjectOf(detail), cause, data as never))).toBe(
      JSON.stringify(detail),
    );
  });

  test("holds no card number", () => {
    expect(containsCardNumber(JSON.stringify(detail.data))).toBe(false);
  });

  test.each([
    ["another version", { version: 2 }],
    ["no version", { version: undefined }],
    ["a foreign producer", { producer: producerOf(type) === "orders" ? "payment" : "orders" }],
    ["another type", { type: type === "OrderPlaced" ? "StockReserved" : "OrderPlaced" }],
    [
      "a subject without its prefix",
      Object.fromEntries(
        ["orderId", "bulkId", "feedId"].map((field) => [field, "4f3c2a1b0d9e8f7a6b5c4d3e2f1a0b9c"]),
      ),
    ],
    ["an id that is no UUID", { id: "1" }],
    ["no causation", { causationId: undefined }],
    ["a time without its milliseconds", { occurredAt: "2026-11-23T09:00:00Z" }],
    ["a broken trace context", { traceparent: "00-1-1-1" }],
    ["no data", { data: undefined }],
    ["empty data", { data: {} }],
  ])("is refused with %s", (_, change) => {
    expect(eventSchemas[type].safeParse({ ...detail, ...change }).success).toBe(false);
  });

  test("is accepted with a field of a newer producer, which is dropped", () => {
    const newer = { ...detail, added: 1, data: { ...detail.data, added: 1 } };
    expect(JSON.stringify(eventSchemas[type].parse(newer))).toBe(JSON.stringify(detail));
  });

  test("carries personal data sealed, and only if it begins an order or a bulk", () => {
    expect(JSON.stringify(detail)).not.toContain("@");
    expect("personal" in (detail.data as object)).toBe(["OrderPlaced", "BulkPlaced"].includes(type));
  });
});

test.each([
  ["OrderPlaced", { lines: [] }],
  ["OrderPlaced", { amount: 19.8 }],
  ["OrderPlaced", { currency: "eur" }],
  ["OrderPlaced", { paymentMethod: "4242424242424242" }],
  ["OrderPlaced", { contact: { email: "ada" } }],
  ["StockReserved", { lines: [{ sku: "TEA", quantity: 0 }] }],
  ["StockRejected", { shortages: [] }],
  ["StockReleased", { reason: "because" }],
  ["PaymentDeclined", { code: "Do not honour!" }],
  ["PaymentDeclined", { stage: "refund" }],
  ["PaymentDeclined", { reason: "expired_card" }],
  ["PaymentAborted", { reason: "declined" }],
  ["PaymentVoided", { authorized: undefined }],
  ["PaymentActionRequired", { actionBy: "soon" }],
  ["RefundMade", { refundId: "rf 1" }],
  ["RefundMade", { source: "customer" }],
  ["RefundMade", { restock: [] }],
  ["RefundFailed", { code: "Do not honour!" }],
  ["DisputeClosed", { outcome: "opened" }],
  ["PaymentCaptured", { amount: -1 }],
  ["OrderRejected", { reason: "cancelled" }],
  ["OrderRejected", { reason: "payment_declined" }],
  ["OrderCancelled", { refunded: "yes" }],
] as [EventType, object][])("%s with %j is refused", (type, change) => {
  const detail = exampleEvent(type);
  expect(eventSchemas[type].safeParse({ ...detail, data: { ...detail.data, ...change } }).success).toBe(
    false,
  );
});

test("an event answers only events of a lower layer", () => {
  const answered = (heard: EventType) => answersTo(heard, examples).map((event) => event.type);
  expect(answered("OrderConfirmed")).not.toContain("OrderCancelled");
  const above = eventTypes.filter((type) => layerOf[type] > layerOf.StockReleased);
  expect(answered("StockReleased")).toEqual(above);
  expect(above).toEqual(expect.arrayContaining(["OrderConfirmed", "OrderRejected", "OrderCancelled"]));
  expect(answered("OrderPlaced")).not.toContain("ReservationExpired");
  const roots = eventTypes.filter((type) => layerOf[type] === 0);
  expect(answered("OrderPlaced")).toHaveLength(eventTypes.length - roots.length);
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

test.each(eventTypes)("what the example of %s answers is an event of a lower layer", (type) => {
  const cause = exampleCause(type);
  // A clerk or the provider's own hand begins an entry.
  if (cause === null) return expect(layerOf[type] === 0 || isEntryEventType(type)).toBe(true);
  if (!isEventType(cause)) return expect.unreachable(`${cause} is no event`);
  expect(layerOf[cause]).toBeLessThan(layerOf[type]);
  expect(exampleEvent(type).causationId).toBe(exampleEvent(cause).id);
});

test("the types are in the order of their layers, each with its schema and its producer's source", () => {
  const layers = eventTypes.map((type) => layerOf[type]);
  expect(layers).toEqual(layers.toSorted((a, b) => a - b));
  expect(Object.keys(eventSchemas)).toEqual(eventTypes);
  for (const type of eventTypes) expect(sourceOfEvent(type)).toBe(`shop.${producerOf(type)}`);
});

test("what answers an event carries its id and its trace", () => {
  const [heard] = examples;
  if (!heard) return expect.unreachable();
  const said = newEvent("OrderCancelled", subjectOf(heard), causedBy(heard, 0), { refunded: false });
  expect(said).toMatchObject({ causationId: heard.id, traceparent: heard.traceparent });
  expect(said.occurredAt).toBe("1970-01-01T00:00:00.000Z");
});

const entryTypes = eventTypes.filter(isEntryEventType);
const withEntry = (type: EntryEventType, entry: string) => {
  const { data } = exampleEvent(type);
  const field = "refundId" in data ? "refundId" : "disputeId";
  return newEvent(type, "ord_1", { causationId: null, now: 7 }, {
    ...data,
    [field]: entry,
  } as EventOf<EntryEventType>["data"]);
};

test("each entry of an order's ledger has an event of its own, and each only one", () => {
  expect(entryTypes).toEqual(["RefundMade", "RefundFailed", "DisputeOpened", "DisputeClosed"]);
  const entry = fc.constantFrom("cancellation-1", "rf_5", "re_3Q", "dp_1");
  fc.assert(
    fc.property(fc.constantFrom(...entryTypes), entry, entry, (type, one, other) => {
      expect(entryOf(withEntry(type, one))).toBe(one);
      expect(withEntry(type, one).id).toBe(eventId("ord_1", type, one));
      expect(withEntry(type, one).id === withEntry(type, other).id).toBe(one === other);
      expect(withEntry(type, one).id).not.toBe(eventId("ord_1", type));
    }),
  );
});

test("an event that an order has once is of no entry", () => {
  for (const type of eventTypes)
    expect(entryOf(exampleEvent(type)) !== undefined, type).toBe(isEntryEventType(type));
});

test("an event without a trace has no such field", () => {
  const event = newEvent("OrderCancelled", "ord_1", { causationId: null, now: 0 }, { refunded: false });
  expect("traceparent" in event).toBe(false);
});

test("only the defined event types are event types", () => {
  for (const type of eventTypes) expect(isEventType(type)).toBe(true);
  for (const other of ["", "orderplaced", "toString", "__proto__", null, 1])
    expect(isEventType(other)).toBe(false);
});
