// Which queues a fact takes an order out of: lateness is of those who waited for the shop, and of no other.
import { anEvent, testNow } from "@order-saga/messaging/testing";
import { expect, test } from "vitest";
import { PAYMENT, stockOf } from "./admission/gauges.ts";
import { queuesDecided, queuesLeft, queuesUndecided } from "./decided.ts";
import { type Order, requestCancel, type Tracked, track } from "./order.ts";
import { anOrder, minutes, orderIdOf } from "./testing.ts";

const orderId = orderIdOf(1);
const line = (sku: string) => ({ sku, name: sku, quantity: 3, unitPrice: 333 });
const placed = anOrder({ lines: [line("TEA"), line("MUG"), line("TEA")] });
const stocks = [stockOf("TEA"), stockOf("MUG")];
const event = (type: Tracked["type"]) => anEvent(type, { orderId }) as Tracked;
const after = (...types: Tracked["type"][]): Order =>
  types.reduce((order, type) => track(order, event(type), testNow), placed);
const deadline = Date.parse(placed.decideBy);

test.each(["StockReserved", "StockRejected"] as const)("%s decides each SKU of the order, once", (type) => {
  expect(queuesDecided(after(type), event(type), testNow)).toEqual(stocks);
});

test.each(["PaymentCaptured", "PaymentDeclined", "PaymentActionRequired"] as const)(
  "%s decides its payment",
  (type) => {
    expect(queuesDecided(after(type), event(type), testNow)).toEqual([PAYMENT]);
  },
);

test.each(["PaymentAuthorized", "PaymentAborted", "StockCommitted", "RefundMade"] as const)(
  "%s decides nothing",
  (type) => {
    expect(queuesDecided(placed, event(type), testNow)).toEqual([]);
  },
);

test("an order whose customer was asked has been decided, whatever its bank says then", () => {
  const order = after("PaymentActionRequired", "PaymentCaptured");
  expect(queuesDecided(order, event("PaymentCaptured"), testNow)).toEqual([]);
  expect(queuesDecided(order, event("PaymentActionRequired"), testNow)).toEqual([PAYMENT]);
  expect(queuesDecided(order, event("StockReserved"), testNow)).toEqual(stocks);
});

test("what comes past the deadline was in no queue", () => {
  expect(queuesDecided(placed, event("StockReserved"), deadline)).toEqual(stocks);
  expect(queuesDecided(placed, event("StockReserved"), deadline + 1)).toEqual([]);
});

test("an abort takes an order out of payment's queue, unless its customer was asked", () => {
  expect(queuesLeft(after("PaymentAborted"), event("PaymentAborted"))).toEqual([PAYMENT]);
  expect(queuesLeft(after("PaymentActionRequired", "PaymentAborted"), event("PaymentAborted"))).toEqual([]);
  expect(queuesLeft(after("PaymentCaptured"), event("PaymentCaptured"))).toEqual([]);
});

test.each<[string, Order, readonly string[]]>([
  ["nothing was heard", placed, [...stocks, PAYMENT]],
  ["stock is reserved", after("StockReserved"), [PAYMENT]],
  ["payment alone was heard", after("PaymentAuthorized"), stocks],
  ["both were heard", after("StockReserved", "PaymentAuthorized"), []],
  ["stock is rejected", after("StockRejected"), []],
  ["its customer has cancelled", requestCancel(placed, undefined, testNow), []],
])("%s: these queues have not decided the order, until its deadline", (_, order, queues) => {
  expect(queuesUndecided(order, testNow + minutes)).toEqual(queues);
  expect(queuesUndecided(order, deadline - 1)).toEqual(queues);
  expect(queuesUndecided(order, deadline)).toEqual([]);
});
