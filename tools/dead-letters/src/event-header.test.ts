// An event's header is read from a message's text, in any order of its fields.
import { expect, test } from "vitest";
import { eventHeaderOf } from "./event-header.ts";

const orderId = `ord_${"0".repeat(32)}`;

test.each([
  { id: "e", type: "OrderPlaced", version: 1, orderId, causationId: null },
  { causationId: "c", data: { lines: [] }, id: "e", orderId, type: "OrderPlaced" },
])("an event's order, id and type", (detail) => {
  const body = JSON.stringify({ id: "bus", "detail-type": "OrderPlaced", source: "shop.orders", detail });
  expect(eventHeaderOf(body)).toEqual({ orderId, subject: orderId, eventId: "e", eventType: "OrderPlaced" });
});

test.each([
  "A message that is not JSON.",
  "",
  '{"detail":{"orderId":"ord_1"}}',
  '{"detail":{"orderId":"ord_',
])("a message of no order: %s", (body) => expect(eventHeaderOf(body)).not.toHaveProperty("orderId"));

const bulkId = `bulk_${"1".repeat(32)}`;
const feedId = `feed_${"2".repeat(32)}`;

test.each([
  ["a bulk", { "detail-type": "BulkPlaced", detail: { id: "e", bulkId, data: {} } }, bulkId],
  ["an order of a bulk", { "detail-type": "OrderConfirmed", detail: { data: { bulkId }, orderId } }, orderId],
  [
    "an upload",
    { "detail-type": "Object Created", detail: { object: { key: `feeds/${feedId}.csv` } } },
    feedId,
  ],
  ["a task", { bulkId, row: 3 }, bulkId],
])("what a message about %s is about", (_, message, subject) => {
  expect(eventHeaderOf(JSON.stringify(message)).subject).toBe(subject);
});
