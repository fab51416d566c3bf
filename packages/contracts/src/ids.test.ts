// Ids: derived event ids never change, and each id accepts only its own shape.
import * as fc from "fast-check";
import { v5 } from "uuid";
import { expect, test } from "vitest";
import { EventId, eventId, IdempotencyKey, OrderId, PaymentMethod, Sku } from "./ids.ts";

const orderId = fc.stringMatching(/^[0-9a-f]{32}$/).map((hex) => `ord_${hex}`);

test("the id of an event is this one, for ever: another would break every redelivery across a deploy", () => {
  expect(eventId("ord_4f3c2a1b0d9e8f7a6b5c4d3e2f1a0b9c", "OrderPlaced")).toBe(
    "778bd69f-d7d9-58b8-bc62-86dda648afd2",
  );
});

const namespace = "6f1d7c0a-2d0b-5c3e-9a44-0d5aa3a6d1f2";

test("the id of an event of an entry is the UUIDv5 of order, type and entry", () => {
  expect(eventId("ord_4f3c2a1b0d9e8f7a6b5c4d3e2f1a0b9c", "RefundMade", "cancellation-1")).toBe(
    v5("ord_4f3c2a1b0d9e8f7a6b5c4d3e2f1a0b9c/RefundMade/cancellation-1", namespace),
  );
});

test("an event id is the UUIDv5 that others derive from the same name", () => {
  const text = fc.oneof(fc.string(), fc.constantFrom("é", "€5", "👩‍🚀"));
  fc.assert(
    fc.property(text, text, (order, type) => {
      expect(eventId(order, type)).toBe(v5(`${order}/${type}`, namespace));
    }),
  );
});

test("an event id follows from order and type alone, and both matter", () => {
  const type = fc.constantFrom("OrderPlaced", "StockReserved", "PaymentCaptured");
  fc.assert(
    fc.property(orderId, type, orderId, type, (order, kind, otherOrder, otherKind) => {
      const id = eventId(order, kind);
      expect(EventId.safeParse(id).success).toBe(true);
      expect(eventId(otherOrder, otherKind) === id).toBe(order === otherOrder && kind === otherKind);
    }),
  );
});

test.each([
  [OrderId, "ord_4f3c2a1b0d9e8f7a6b5c4d3e2f1a0b9c"],
  [Sku, "TEA-EARL_GREY.100"],
  [Sku, "7"],
  [PaymentMethod, "pm_card_visa"],
  [IdempotencyKey, "0123456789abcdef"],
  [IdempotencyKey, "A-_z".repeat(16)],
])("an id of the right shape is accepted (%#)", (schema, id) => {
  expect(schema.parse(id)).toBe(id);
});

test.each([
  [OrderId, "4f3c2a1b0d9e8f7a6b5c4d3e2f1a0b9c"],
  [OrderId, "ord_4F3C2A1B0D9E8F7A6B5C4D3E2F1A0B9C"],
  [OrderId, "ord_4f3c2a1b0d9e8f7a6b5c4d3e2f1a0b9c\n"],
  [Sku, ""],
  [Sku, "-TEA"],
  [Sku, "A".repeat(65)],
  [Sku, "TEA/EARL"],
  [PaymentMethod, "4242424242424242"],
  [PaymentMethod, "pm_"],
  [PaymentMethod, `pm_${"a".repeat(251)}`],
  [IdempotencyKey, "fifteen-letters"],
  [IdempotencyKey, "a".repeat(65)],
  [IdempotencyKey, "sixteen letters!"],
])("an id of another shape is refused (%#)", (schema, id) => {
  expect(schema.safeParse(id).success).toBe(false);
});
