// What a record must be by its events and by the provider, where the drill does not come by.
import type { RefundSource } from "@order-saga/contracts";
import { anEvent } from "@order-saga/messaging/testing";
import { freeOf } from "@order-saga/payment/ledger";
import { nextCall } from "@order-saga/payment/payment";
import { describe, expect, test } from "vitest";
import { type EntryEvent, entriesByOrder, factsByOrder } from "./facts.ts";
import { rebuiltNotification } from "./rebuild/notification.ts";
import { rebuiltOrder } from "./rebuild/order.ts";
import { type Intent, rebuiltPayment } from "./rebuild/payment.ts";
import { reservationSteps } from "./rebuild/reservation.ts";

const orderId = "ord_4f3c2a1b0d9e8f7a6b5c4d3e2f1a0b9c";
const now = Date.UTC(2026, 10, 29);
type Said = Parameters<typeof anEvent>[0];
const facts = (...types: Said[]) =>
  factsByOrder(types.map((type) => anEvent(type, { orderId, now }))).get(orderId) ?? {};
const intent = (status: string, received = status === "succeeded" ? 1980 : 0) => ({
  id: "pi_1",
  status,
  received,
});
const paymentOf = (said: Parameters<typeof rebuiltPayment>[1], at?: Intent, entries: EntryEvent[] = []) =>
  rebuiltPayment(undefined, said, entries, at, now);

describe("a payment", () => {
  test("that the provider has captured, and no event says so, is decided as captured and finished", () => {
    const payment = paymentOf(facts("OrderPlaced"), intent("succeeded"));
    expect(payment).toMatchObject({ decision: "CAPTURE", version: 1, dueAt: new Date(now).toISOString() });
    expect(typeof payment === "object" && nextCall(payment)?.kind).toBe("capture");
  });

  test("that is held, and undecided, stays undecided until its deadline", () => {
    const payment = paymentOf(facts("OrderPlaced"), intent("requires_capture"));
    expect(payment).toMatchObject({ authorization: { state: "AUTHORIZED", intentId: "pi_1" } });
    expect(payment).not.toHaveProperty("decision");
  });

  test("that the provider gave up, and no abort was said, is undecided, so that an abort will be said", () => {
    const payment = paymentOf(facts("OrderPlaced"), intent("canceled"));
    expect(payment).not.toHaveProperty("decision");
    expect(payment).toHaveProperty("dueAt");
  });

  test("that was aborted and is still held is given up at the provider", () => {
    const payment = paymentOf(facts("OrderPlaced", "PaymentAborted"), intent("requires_capture"));
    expect(payment).toMatchObject({ decision: "ABORT" });
    expect(typeof payment === "object" && nextCall(payment)?.kind).toBe("void");
  });

  test("that was aborted while the provider was asked is looked for there", () => {
    const payment = paymentOf(facts("OrderPlaced", "PaymentAborted"), undefined);
    expect(typeof payment === "object" && nextCall(payment)).toMatchObject({
      kind: "authorize",
      abortedAt: new Date(now).toISOString(),
    });
  });

  test("that another hand has taken after its abort is given back", () => {
    const payment = paymentOf(facts("OrderPlaced", "PaymentAborted"), intent("succeeded", 1987));
    expect(typeof payment === "object" && nextCall(payment)).toMatchObject({
      kind: "refund",
      refund: { id: "abort-1", amount: 1987, source: "abort" },
    });
    const voided = paymentOf(
      facts("OrderPlaced", "PaymentAborted", "PaymentVoided"),
      intent("succeeded", 1987),
    );
    expect(voided).toMatchObject({
      settlement: "VOIDED",
      taken: 1987,
      refunds: [{ id: "abort-1", amount: 1987, status: "SUCCEEDED" }],
    });
    expect(voided).not.toHaveProperty("dueAt");
  });

  test("whose customer is asked waits for them until it says", () => {
    const said = facts("OrderPlaced", "StockReserved", "PaymentActionRequired");
    expect(paymentOf(said, intent("requires_action"))).toMatchObject({
      authorization: { state: "ACTION_REQUIRED", intentId: "pi_1" },
      deadline: said.PaymentActionRequired?.data.actionBy,
    });
  });

  test("of which nothing was said or done is left to the replay", () => {
    expect(paymentOf(facts("OrderPlaced", "StockReserved"), undefined)).toBeUndefined();
  });

  test("that was captured and then cancelled is refunded", () => {
    const said = facts("OrderPlaced", "PaymentAuthorized", "PaymentCaptured", "OrderCancelRequested");
    const payment = paymentOf(said, intent("succeeded"));
    expect(typeof payment === "object" && nextCall(payment)?.kind).toBe("refund");
  });

  test("whose record and archive contradict each other is not written", () => {
    const aborted = paymentOf(facts("OrderPlaced", "PaymentAborted"), intent("canceled"));
    const said = facts("OrderPlaced", "PaymentCaptured");
    expect(rebuiltPayment(aborted as never, said, [], intent("succeeded"), now)).toMatch(/ABORT.*CAPTURED/);
  });

  test("that is said to hold money the provider does not know of is not written", () => {
    const said = facts("OrderPlaced", "PaymentAuthorized");
    expect(paymentOf(said, undefined)).toMatch(/provider does not know/);
  });
});

describe("the ledger of a payment", () => {
  const refund = (
    type: "RefundMade" | "RefundFailed",
    refundId: string,
    source: RefundSource,
    amount: number,
  ) => anEvent(type, { orderId, now, data: { refundId, source, amount } });
  const bought = ["OrderPlaced", "PaymentAuthorized", "PaymentCaptured"] as const;

  test("has its ledger again, so that no more is refunded than was taken", () => {
    const opened = anEvent("DisputeOpened", { orderId, now });
    const entries = [
      refund("RefundMade", "rf_1", "shop", 333),
      refund("RefundMade", "re_7", "provider", 47),
      refund("RefundMade", "rf_2", "shop", 91),
      refund("RefundFailed", "rf_2", "shop", 91),
      opened,
      anEvent("DisputeClosed", { orderId, now }),
    ];
    const payment = paymentOf(facts(...bought), intent("succeeded"), entries);
    if (typeof payment !== "object") return expect.unreachable();
    expect(payment.refunds).toMatchObject([
      { id: "rf_1", amount: 333, status: "SUCCEEDED", restock: [{ quantity: 1 }] },
      { id: "re_7", providerId: "re_7", source: "provider" },
      { id: "rf_2", status: "FAILED" },
    ]);
    expect(payment.disputes).toMatchObject([{ status: "LOST", reason: "product_not_received" }]);
    expect(payment.ledgerEvents).toEqual(entries);
    expect(freeOf(payment)).toBe(1980 - 333 - 47);
    expect(payment).not.toHaveProperty("dueAt");
    expect(rebuiltPayment(payment, facts(...bought), entries, intent("succeeded"), now)).toBeUndefined();
  });

  test("that was refunded whole has nothing left to give back", () => {
    const said = facts(...bought, "OrderCancelRequested", "PaymentRefunded");
    const payment = paymentOf(said, intent("succeeded"), [refund("RefundMade", "rf_1", "shop", 333)]);
    if (typeof payment !== "object") return expect.unreachable();
    expect(payment.refunds).toMatchObject([{ amount: 333 }, { id: "cancellation-1", amount: 1647 }]);
    expect(freeOf(payment)).toBe(0);
    expect(nextCall(payment)).toBeUndefined();
  });

  test("whose cancellation could not be refunded is a person's, and is not asked for again", () => {
    const said = facts(...bought, "OrderCancelRequested");
    const failed = refund("RefundFailed", "cancellation-1", "cancellation", 1980);
    const payment = paymentOf(said, intent("succeeded"), [failed]);
    expect(payment).toMatchObject({ settlement: "REFUND_FAILED" });
    expect(payment).not.toHaveProperty("dueAt");
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

  test("whose line lies in a bucket is sold there", () => {
    const [reserved] = reservationSteps(undefined, facts("StockReserved"), now);
    if (typeof reserved !== "object") return expect.unreachable();
    const known = { ...reserved.next, buckets: { "TEA-EARL-GREY": 3 } };
    const [sold] = reservationSteps(known, facts("StockReserved", "StockCommitted"), now);
    expect(sold).toMatchObject({ next: { state: "COMMITTED", buckets: { "TEA-EARL-GREY": 3 } } });
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
  const placed = anEvent("OrderPlaced", {
    orderId,
    now: now - 3600_000,
    data: { decideBy: new Date(now - 2700_000).toISOString() },
  });
  const said = { ...facts("OrderConfirmed"), OrderPlaced: placed };
  const notification = rebuiltNotification(undefined, said, now);
  expect(notification?.mails).toMatchObject({
    received: { state: "UNKNOWN" },
    confirmed: { state: "UNKNOWN" },
  });
});
