// The record of an order stays below what one write unit carries, where the order is one of the usual ones.
import { contactText } from "@order-saga/messaging/personal-data/contact";
import { memoryPersonalData } from "@order-saga/messaging/personal-data/memory";
import { anEvent } from "@order-saga/messaging/testing";
import { accept, type Order, type Tracked, track } from "@order-saga/orders/order";
import { toItem } from "@order-saga/orders/store/record";
import { itemBytes } from "@order-saga/simulation/dynamodb/units";
import { expect, test } from "vitest";

const orderId = "ord_0123456789abcdef0123456789abcdef";
const principal = "3f2b8a52-6c1d-4e0f-9a7b-1c2d3e4f5a6b";
const traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
const line = { sku: "TEA-EARL-GREY", name: "Earl Grey, loose", quantity: 2, unitPrice: 1990 };

/** The contact, sealed. */
const personal = await memoryPersonalData().seal(
  principal,
  orderId,
  contactText({ email: "ada.lovelace@example.com", name: "Ada Lovelace" }),
);

/** What an order comes to by its last write, with every part as long as it usually is. */
function bytesOf(lines: number): number {
  const accepted = accept({
    orderId,
    principal,
    fingerprint: "x".repeat(43),
    recipient: { personal, addressVerified: true },
    currency: "EUR",
    lines: Array.from({ length: lines }, () => line),
    paymentMethod: "pm_1QxK2dLkdIwHu7ixpPTFmhcd",
    decideWithinSeconds: 900,
    now: Date.parse("2026-11-23T09:00:00.000Z"),
  });
  const { OrderPlaced } = accepted.events;
  const traced = { ...accepted, events: { OrderPlaced: { ...OrderPlaced, traceparent } } };
  const types = ["StockReserved", "PaymentAuthorized", "PaymentCaptured", "StockCommitted"] as const;
  const now = Date.parse("2026-11-23T09:00:02.000Z");
  const confirmed = types.reduce<Order>((order, type) => {
    return track(order, { ...anEvent(type, { orderId, now }), traceparent } as Tracked, now);
  }, traced);
  return itemBytes(toItem(confirmed));
}

test("a confirmed order of one line, or of two, is one write unit to its last write", () => {
  expect(bytesOf(1)).toBeLessThan(1024);
  expect(bytesOf(2)).toBeLessThan(1024);
});

test("one of five lines is two write units once it is captured", () => {
  expect(bytesOf(5)).toBeGreaterThan(1024);
  expect(bytesOf(5)).toBeLessThan(2048);
});
