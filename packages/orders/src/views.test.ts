// What is shown of an order's money: what was taken and given back, each refund and dispute by its time.
import { anEvent, testNow } from "@order-saga/messaging/testing";
import { expect, test } from "vitest";
import { type Order, type Tracked, track } from "./order.ts";
import { anOrder, minutes, orderIdOf } from "./testing.ts";
import { view } from "./views.ts";

const orderId = orderIdOf(1);
const after = (...events: Tracked[]): Order =>
  events.reduce((order, event) => track(order, event, testNow), anOrder());
const captured = (amount: number) => anEvent("PaymentCaptured", { orderId, data: { amount } });

test("a cancellation gives back what was taken, which may be less than was asked for", () => {
  const refunded = anEvent("PaymentRefunded", { orderId });
  expect(view(after(captured(1499), refunded)).refunded).toBe(1499);
  // The refund overtook the capture, so that nobody said what was taken.
  expect(view(after(refunded)).refunded).toBe(1980);
});

test("refunds are shown the oldest first, whichever was heard first", () => {
  const made = (refundId: string, minute: number) =>
    anEvent("RefundMade", { orderId, now: testNow + minute * minutes, data: { refundId, amount: 7 } });
  const order = after(captured(1980), made("rf_1", 5), made("rf_2", 3), made("rf_3", 9));
  expect(view(order).refunds?.map(({ id }) => id)).toEqual(["rf_2", "rf_1", "rf_3"]);
});

test("disputes are shown the oldest first, whichever was heard first", () => {
  const opened = (disputeId: string, minute: number) =>
    anEvent("DisputeOpened", { orderId, now: testNow + minute * minutes, data: { disputeId } });
  const order = after(captured(1980), opened("dp_1", 5), opened("dp_2", 3), opened("dp_3", 9));
  expect(view(order).disputes?.map(({ id }) => id)).toEqual(["dp_2", "dp_1", "dp_3"]);
});
