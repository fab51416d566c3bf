// What a record must be by its events and by the provider, where the drill does not come by.
import { anEvent } from "@order-saga/messaging/testing";
import { nextCall } from "@order-saga/payment/payment";
import { describe, expect, test } from "vitest";
import { entriesByOrder, factsByOrder } from "./facts.ts";
import { rebuiltNotification } from "./rebuild/notification.ts";
import { rebuiltOrder } from "./rebuild/order.ts";
import { rebuiltPayment } from "./rebuild/payment.ts";
import { reservationSteps } from "./rebuild/reservation.ts";

const orderId = "ord_4f3c2a1b0d9e8f7a6b5c4d3e2f1a0b9c";
const now = Date.UTC(2026, 10, 29);
type Said = Parameters<typeof anEvent>[0];
const facts = (...types: Said[]) =>
  factsByOrder(types.map((type) => anEvent(type, { orderId, now }))).get(orderId) ?? {};
const intent = (status: string) => ({ id: "pi_1", status });

describe("a payment", () => {
  test("that the provider has captured, and no event says so, is decided as captured and finished", () => {
    const payment = rebuiltPayment(undefined, facts("OrderPlaced"), intent("succeeded"), now);
    expect(payment).toMatchObject({ decision: "CAPTURE", version: 1, dueAt: new Date(now).toISOString() });
    expect(typeof payment === "object" && nextCall(payment)?.kind).toBe("capture");
  });

  test("that is held, and undecided, stays undecided until its deadline", () => {
    const payment = rebuiltPayment(undefined, facts("OrderPlaced"), intent("requires_capture"), now);
    expect(payment).toMatchObject({ authorization: { state: "AUTHORIZED", intentId: "pi_1" } });
    expect(payment).not.toHaveProperty("decision");
  });

  test("that the provider gave up is decided as aborted", () => {
    const payment = rebuiltPayment(undefined, facts("OrderPlaced"), intent("canceled"), now);
    expect(payment).toMatchObject({ decision: "ABORT" });
  });

  test("of which nothing was said or done is left to the replay", () => {
    expect(rebuiltPayment(undefined, facts("OrderPlaced", "StockReserved"), undefined, now)).toBeUndefined();
  });

  test("that was captured and then cancelled is refunded", () => {
    const said = facts("OrderPlaced", "PaymentAuthorized", "PaymentCaptured", "OrderCancelRequested");
    const payment = rebuiltPayment(undefined, said, intent("succeeded"), now);
    expect(typeof payment === "object" && nextCall(payment)?.kind).toBe("refund");
  });

  test("whose record and archive contradict each other is not written", () => {
    const aborted = rebuiltPayment(undefined, facts("OrderPlaced"), intent("canceled"), now);
    const said = facts("OrderPlaced", "PaymentCaptured");
    expect(rebuiltPayment(aborted as never, said, intent("succeeded"), now)).toMatch(/ABORT.*CAPTURED/);
  });

  test("that is said to hold money the provider does not know of is not written", () => {
    const said = facts("OrderPlaced", "PaymentAuthorized");
    expect(rebuiltPayment(undefined, said, undefined, now)).toMatch(/provider does not know/);
  });
});

describe("a reservation", () => {
  const lines = [{ sku: "TEA-EARL-GREY", quantity: 2 }];

  test("of which a refund returned a piece before the restore gives back only the rest", () => {
    const [reserved, sold] = reservationSteps(undefined, facts("StockReserved", "StockCommitted"), now);
    if (typeof reserved !== "object" || typeof sold !== "object") return expect.unreachable();
    const one = [{ sku: "TEA-EARL-GREY", quantity: 1 }];
    const known = { ...sold.next, returns: { rf_1: one } };
    const said = facts("StockReserved", "StockCommitted", "StockReleased");
    const [back] = reservationSteps(known, said, now);
    expect(back).toMatchObject({
      next: { state: "RELEASED", lines, returns: { rf_1: one } },
      stock: { from: "sold", to: "available", lines: one },
    });
  });

  test("that was made and sold in the window takes its stock, then sells it", () => {
    const steps = reservationSteps(undefined, facts("StockReserved", "StockCommitted"), now);
    expect(Array.isArray(steps) && steps.map(({ next, stock }) => [next.state, next.version, stock])).toEqual(
      [
        ["RESERVED", 1, "reserve"],
        ["COMMITTED", 2, { from: "reserved", to: "sold", lines }],
      ],
    );
  });

  test("that was made and given back in the window moves nothing", () => {
    const steps = reservationSteps(undefined, facts("StockReserved", "StockReleased"), now);
    expect(Array.isArray(steps) && steps.map(({ stock }) => stock)).toEqual([undefined]);
  });

  test("that lacks nothing is not written", () => {
    const [first] = reservationSteps(undefined, facts("StockReserved"), now);
    const known = typeof first === "object" ? first.next : undefined;
    expect(reservationSteps(known, facts("StockReserved", "OrderPlaced"), now)).toEqual([]);
  });
});

test("an order of a release that named no customer is not written", () => {
  const { OrderPlaced } = facts("OrderPlaced");
  if (!OrderPlaced) return expect.unreachable();
  const { placedBy: _, ...data } = OrderPlaced.data;
  expect(rebuiltOrder(undefined, { OrderPlaced: { ...OrderPlaced, data } }, [], now)).toMatch(
    /does not say for whom/,
  );
  expect(rebuiltOrder(undefined, facts("StockReserved"), [], now)).toMatch(/begin earlier/);
});

test("an order keeps the outcome that was said, and is due until it is settled", () => {
  const confirmed = facts("OrderPlaced", "PaymentCaptured", "OrderConfirmed");
  const order = rebuiltOrder(undefined, confirmed, [], now);
  expect(order).toMatchObject({ principal: "ada", events: { OrderConfirmed: confirmed.OrderConfirmed } });
  expect(order).toHaveProperty("dueAt");
  expect(
    rebuiltOrder(undefined, facts("OrderPlaced", "PaymentCaptured", "StockCommitted"), [], now),
  ).not.toHaveProperty("dueAt");
});

test("an order has its refunds and disputes again, and is at rest when its cancellation's refund failed", () => {
  const said = facts("OrderPlaced", "PaymentCaptured", "StockCommitted", "OrderCancelRequested");
  const refund = (type: "RefundMade" | "RefundFailed", refundId: string, source: "shop" | "cancellation") =>
    anEvent(type, { orderId, now, data: { refundId, source, amount: 333 } });
  const events = [
    refund("RefundMade", "rf_1", "shop"),
    refund("RefundMade", "rf_1", "shop"),
    refund("RefundFailed", "cancellation-1", "cancellation"),
    anEvent("DisputeOpened", { orderId, now }),
  ];
  const entries = entriesByOrder(events).get(orderId) ?? [];
  expect(entries).toHaveLength(3);
  const order = rebuiltOrder(undefined, said, entries, now);
  if (typeof order !== "object") return expect.unreachable();
  expect(order).toMatchObject({
    payment: "REFUND_FAILED",
    refunds: { rf_1: { status: "made" }, "cancellation-1": { status: "failed" } },
    disputes: { dp_1Qx: { status: "opened" } },
  });
  expect(order).not.toHaveProperty("dueAt");
  expect(rebuiltOrder(order, said, entries, now)).toBeUndefined();
  const later = rebuiltOrder(order, said, [...entries, refund("RefundMade", "rf_2", "shop")], now);
  expect(later).toMatchObject({ version: 2, refunds: { rf_1: { amount: 333 }, rf_2: { amount: 333 } } });
});

test("a refund's mail that may have gone out is not sent again", () => {
  const entries = [anEvent("RefundMade", { orderId, now, data: { refundId: "rf_1" } })];
  const notification = rebuiltNotification(undefined, facts("OrderPlaced"), now, entries);
  expect(notification?.mails["refund:rf_1"]).toMatchObject({ state: "UNKNOWN" });
  expect(rebuiltNotification(notification, facts("OrderPlaced"), now, entries)).toBeUndefined();
});

test("a mail that may have gone out is not sent again", () => {
  const notification = rebuiltNotification(undefined, facts("OrderPlaced", "OrderConfirmed"), now);
  expect(notification?.mails).toMatchObject({
    received: { state: "UNKNOWN" },
    confirmed: { state: "UNKNOWN" },
  });
});
