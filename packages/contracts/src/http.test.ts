// The HTTP bodies: what is accepted, and that nothing unknown, out of range or mistyped is.
import { expect, test } from "vitest";
import {
  AdjustStockRequest,
  CancelOrderRequest,
  OrderView,
  PaymentView,
  PlaceOrderRequest,
  Problem,
  PutProductRequest,
  RefundRequest,
} from "./http.ts";

const order = {
  contact: { email: "ada@example.com", name: "Ada" },
  currency: "EUR",
  lines: [{ sku: "TEA-EARL-GREY", quantity: 2 }],
  paymentMethod: "pm_card_visa",
  expectedTotal: 1980,
};

test("the order of the documentation is accepted as it is", () => {
  expect(PlaceOrderRequest.parse(order)).toEqual(order);
});

test("name and expected total may be left out", () => {
  const { expectedTotal: _, ...rest } = order;
  expect(PlaceOrderRequest.safeParse({ ...rest, contact: { email: "ada@example.com" } }).success).toBe(true);
});

const fifty = Array.from({ length: 50 }, () => ({ sku: "TEA", quantity: 999 }));

test("fifty lines of 999 are accepted", () => {
  expect(PlaceOrderRequest.safeParse({ ...order, lines: fifty }).success).toBe(true);
});

test.each([
  ["an unknown field", { coupon: "SUMMER" }, []],
  ["an unknown field of the contact", { contact: { email: "ada@example.com", phone: "1" } }, ["contact"]],
  ["an unknown field of a line", { lines: [{ sku: "TEA", quantity: 1, unitPrice: 1 }] }, ["lines", 0]],
  ["no line", { lines: [] }, ["lines"]],
  ["51 lines", { lines: [...fifty, fifty[0]] }, ["lines"]],
  ["quantity 0", { lines: [{ sku: "TEA", quantity: 0 }] }, ["lines", 0, "quantity"]],
  ["quantity 1000", { lines: [{ sku: "TEA", quantity: 1000 }] }, ["lines", 0, "quantity"]],
  ["quantity 1.5", { lines: [{ sku: "TEA", quantity: 1.5 }] }, ["lines", 0, "quantity"]],
  ["quantity as text", { lines: [{ sku: "TEA", quantity: "1" }] }, ["lines", 0, "quantity"]],
  ["a mail address without its domain", { contact: { email: "ada@" } }, ["contact", "email"]],
  [
    "a line break in the mail address",
    { contact: { email: "ada@example.com\r\nBcc: e@x.de" } },
    ["contact", "email"],
  ],
  ["a blank name", { contact: { email: "ada@example.com", name: "  " } }, ["contact", "name"]],
  ["a lower-case currency", { currency: "eur" }, ["currency"]],
  ["a card number as payment method", { paymentMethod: "4242424242424242" }, ["paymentMethod"]],
  ["a negative total", { expectedTotal: -1 }, ["expectedTotal"]],
  ["no contact", { contact: undefined }, ["contact"]],
])("an order with %s is refused where it is wrong", (_, change, path) => {
  const parsed = PlaceOrderRequest.safeParse({ ...order, ...change });
  expect(parsed.error?.issues.map((issue) => issue.path)).toEqual([path]);
});

test.each([
  [CancelOrderRequest, { reason: "x".repeat(501) }],
  [CancelOrderRequest, { by: "customer" }],
  [PutProductRequest, { name: "Tea", unitPrice: 9.9, currency: "EUR" }],
  [PutProductRequest, { name: " ", unitPrice: 990, currency: "EUR" }],
  [PutProductRequest, { name: "Tea", unitPrice: 990, currency: "EUR", sku: "TEA" }],
  [AdjustStockRequest, { delta: 0.5 }],
  [AdjustStockRequest, { delta: 1_000_001 }],
  [AdjustStockRequest, { delta: 1, available: 1 }],
])("a body that breaks its schema is refused (%#)", (schema, body) => {
  expect(schema.safeParse(body).success).toBe(false);
});

test("a cancel needs no reason", () => {
  expect(CancelOrderRequest.parse({})).toEqual({});
});

test("a timeline holds event types only", () => {
  const view = {
    orderId: "ord_4f3c2a1b0d9e8f7a6b5c4d3e2f1a0b9c",
    status: "PLACED",
    currency: "EUR",
    amount: 1980,
    lines: [],
    placedAt: "2026-11-23T09:00:00.000Z",
    decideBy: "2026-11-23T09:15:00.000Z",
  };
  const timeline = (type: string) => ({ ...view, timeline: [{ type, at: view.placedAt }] });
  expect(OrderView.safeParse(timeline("OrderPlaced")).success).toBe(true);
  expect(OrderView.safeParse(timeline("OrderShipped")).success).toBe(false);
});

test.each([
  [{ amount: 333, reason: "bruised" }],
  [{ amount: 1 }],
  [{ lines: [{ sku: "TEA", quantity: 3, restock: false }] }],
])("a refund is asked for by its amount, or by what came back (%j)", (body) => {
  expect(RefundRequest.parse(body)).toEqual(body);
});

test.each([
  [{}],
  [{ reason: "bruised" }],
  [{ amount: 0 }],
  [{ amount: -333 }],
  [{ amount: 3.33 }],
  [{ amount: 333, lines: [{ sku: "TEA", quantity: 3, restock: true }] }],
  [{ lines: [] }],
  [{ lines: [{ sku: "TEA", quantity: 3 }] }],
  [{ lines: [{ sku: "TEA", quantity: 0, restock: true }] }],
  [{ amount: 333, reason: " " }],
  [{ amount: 333, reason: "x".repeat(201) }],
  [{ amount: 333, refundId: "rf_1" }],
])("a refund that says too little, too much or another thing is refused (%j)", (body) => {
  expect(RefundRequest.safeParse(body).success).toBe(false);
});

test("a payment's view has no field a payment method could go out by", () => {
  const view = {
    orderId: "ord_4f3c2a1b0d9e8f7a6b5c4d3e2f1a0b9c",
    status: "partially_refunded",
    amount: 1987,
    currency: "EUR",
    authorized: 1987,
    captured: 1987,
    refunded: 333,
    refunds: [],
    disputes: [],
  };
  expect(PaymentView.parse({ ...view, paymentMethod: "pm_card_visa" })).toEqual(view);
  expect(PaymentView.safeParse({ ...view, status: "CAPTURED" }).success).toBe(false);
});

test("a problem has no field a stack could go out by", () => {
  expect(Problem.parse({ type: "x", title: "y", status: 500, stack: "Error: at …" })).not.toHaveProperty(
    "stack",
  );
});
