// The rules of an order: the same end in whatever order and however often its events arrive.
import { type DomainEvent, type EventType, eventId, isEntryEventType, layerOf } from "@order-saga/contracts";
import { anEvent, testNow } from "@order-saga/messaging/testing";
import { isSettled } from "@order-saga/protocol/status";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import {
  afterFirstLook,
  answersOf,
  attentionOf,
  isCancellable,
  type Order,
  ofBulk,
  orderOf,
  repeated,
  requestCancel,
  rootEvents,
  statusOf,
  type Tracked,
  track,
  unconfirmedRootEvents,
} from "./order.ts";
import { anOrder, histories, minutes, orderIdOf, seconds } from "./testing.ts";

const orderId = orderIdOf(1);
const placed = anOrder();
const ends = histories(orderId) as Record<string, Tracked[]>;
const trackAll = (events: readonly DomainEvent[], from: Order = placed) =>
  events.reduce((order, event) => track(order, event as Tracked, testNow), from);
const at = (now: number) => new Date(now).toISOString();
const violation = { name: "InvariantViolation" };

test("an accepted order is its OrderPlaced, not confirmed yet, and due in a minute", () => {
  expect(placed).toMatchObject({
    amount: 1980,
    looked: false,
    decideBy: at(testNow + 15 * minutes),
    dueAt: at(testNow + minutes),
    timeline: [{ type: "OrderPlaced", at: at(testNow) }],
    version: 1,
  });
  expect(placed.events.OrderPlaced).toMatchObject({
    id: eventId(orderId, "OrderPlaced"),
    causationId: null,
    data: { amount: 1980, decideBy: placed.decideBy, contact: { email: "ada@example.com" } },
  });
  expect(unconfirmedRootEvents(placed)).toEqual([placed.events.OrderPlaced]);
  expect(statusOf(placed)).toBe("PLACED");
});

test.for([
  ["captured and committed", "CONFIRMED", "OrderConfirmed", { amount: 1980, currency: "EUR" }],
  ["declined and released", "REJECTED", "OrderRejected", { reason: "insufficient_funds" }],
  ["declined and rejected", "REJECTED", "OrderRejected", { reason: "insufficient_funds" }],
  ["capture failed and released", "REJECTED", "OrderRejected", { reason: "insufficient_funds" }],
  ["asked, captured and committed", "CONFIRMED", "OrderConfirmed", { amount: 1980, currency: "EUR" }],
  ["asked and declined", "REJECTED", "OrderRejected", { reason: "insufficient_funds" }],
  ["asked and expired", "REJECTED", "OrderRejected", { reason: "expired" }],
  ["cancelled and released", "CANCELLED", "OrderCancelled", { refunded: false, held: true }],
  ["cancelled before it was placed elsewhere", "CANCELLED", "OrderCancelled", { refunded: false }],
  ["expired and released", "REJECTED", "OrderRejected", { reason: "expired", held: true }],
  [
    "expired, taken by another hand and given back in vain",
    "REJECTED",
    "OrderRejected",
    { reason: "expired", held: true },
  ],
  ["out of stock", "REJECTED", "OrderRejected", { reason: "out_of_stock", held: true }],
  ["cancelled and rejected", "CANCELLED", "OrderCancelled", { refunded: false }],
  ["refunded after the sale", "CANCELLED", "OrderCancelled", { refunded: true }],
  ["refund overtook the capture", "CANCELLED", "OrderCancelled", { refunded: true }],
  ["a part refunded", "CONFIRMED", "OrderConfirmed", { amount: 1980, currency: "EUR" }],
  ["a refund that was made and came back", "CONFIRMED", "OrderConfirmed", { amount: 1980, currency: "EUR" }],
  ["disputed and lost", "CONFIRMED", "OrderConfirmed", { amount: 1980, currency: "EUR" }],
  ["the refund of a cancellation failed", "CONFIRMED", "OrderConfirmed", { amount: 1980, currency: "EUR" }],
] as const)("%s: the order is %s and says %s", ([name, status, type, data]) => {
  const events = ends[name] ?? [];
  const order = trackAll(events);
  expect(statusOf(order)).toBe(status);
  expect(order.events[type]?.data).toEqual(data);
  expect(events.map((event) => event.id)).toContain(order.events[type]?.causationId);
  expect(isSettled(order)).toBe(true);
  expect(order).not.toHaveProperty("dueAt");
});

test("on its way an order is reserved, then authorised, and can be cancelled", () => {
  const [reserved, authorized, captured] = ends["captured and committed"] ?? [];
  const steps = [reserved, authorized, captured].flatMap((event) => (event ? [event] : []));
  const standings = steps.map((_, index) => trackAll(steps.slice(0, index + 1)));
  expect(standings.map(statusOf)).toEqual(["RESERVED", "AUTHORIZED", "CONFIRMED"]);
  expect(standings.map(isCancellable)).toEqual([true, true, true]);
  expect(standings.map(isSettled)).toEqual([false, false, false]);
});

/** Every event at least once, any of them more often, in any order. */
const arrivals = (events: readonly Tracked[]) =>
  fc
    .array(fc.constantFrom(...events), { maxLength: events.length })
    .chain((again) =>
      fc.shuffledSubarray([...events, ...again], { minLength: events.length + again.length }),
    );

const anArrival = fc.constantFrom(...Object.values(ends)).chain((events) => {
  return fc.record({ events: fc.constant(events), arrived: arrivals(events) });
});

/** The end of an order, without the way to it. */
const endOf = (order: Order) => ({
  payment: order.payment,
  stock: order.stock,
  status: statusOf(order),
  settled: isSettled(order),
  heard: order.timeline
    .filter(({ type }) => layerOf[type] < 4)
    .map(({ type, at }) => `${type} ${at}`)
    .sort(),
  entries: [order.refunds, order.disputes],
  actionBy: order.actionBy,
  isHeld: order.isHeld,
  outcome:
    order.events.OrderCancelled?.data ??
    order.events.OrderRejected?.data ??
    order.events.OrderConfirmed?.data,
});

test("in any order of arrival, any number of times, the end is the same", () => {
  fc.assert(
    fc.property(anArrival, ({ arrived, events }) => {
      expect(endOf(trackAll(arrived))).toEqual(endOf(trackAll(events)));
    }),
  );
});

test("facets only move up, and no event enters the timeline twice", () => {
  const ranks = [
    ["ACTION_REQUIRED"],
    ["AUTHORIZED", "RESERVED"],
    ["CAPTURED", "COMMITTED", "ABORTED"],
    ["REFUND_FAILED"],
    ["DECLINED", "VOIDED", "REFUNDED", "RELEASED", "REJECTED"],
  ];
  const rankOf = (facet: string | undefined) =>
    facet ? ranks.findIndex((each) => each.includes(facet)) : -1;
  fc.assert(
    fc.property(anArrival, ({ arrived }) => {
      let order = placed;
      for (const event of arrived) {
        const next = track(order, event, testNow);
        expect(rankOf(next.payment)).toBeGreaterThanOrEqual(rankOf(order.payment));
        expect(rankOf(next.stock)).toBeGreaterThanOrEqual(rankOf(order.stock));
        const types = next.timeline.map(({ type }) => type).filter((type) => !isEntryEventType(type));
        expect(new Set(types).size).toBe(types.length);
        order = next;
      }
    }),
  );
});

test("a duplicate changes nothing, and what was said stays as it was said", () => {
  fc.assert(
    fc.property(anArrival, fc.nat(), ({ arrived }, later) => {
      const order = trackAll(arrived);
      for (const event of arrived) expect(track(order, event, testNow + later)).toBe(order);
      for (let n = 1; n < arrived.length; n++)
        expect(order.events).toMatchObject(trackAll(arrived.slice(0, n)).events);
    }),
  );
});

test("OrderConfirmed is said exactly when the capture came before the refund", () => {
  fc.assert(
    fc.property(anArrival, ({ arrived }) => {
      const first = (type: EventType) => arrived.findIndex((event) => event.type === type);
      const captured = first("PaymentCaptured");
      const refunded = first("PaymentRefunded");
      const expected = captured >= 0 && (refunded < 0 || captured < refunded);
      expect("OrderConfirmed" in trackAll(arrived).events).toBe(expected);
    }),
  );
});

test.for([
  ["PaymentCaptured", "PaymentAborted"],
  ["PaymentCaptured", "PaymentVoided"],
  ["PaymentCaptured", "PaymentDeclined"],
  ["PaymentAborted", "PaymentDeclined"],
  ["PaymentRefunded", "PaymentAborted"],
  ["RefundMade", "PaymentAborted"],
  ["RefundMade", "PaymentDeclined"],
  ["PaymentRefunded", "PaymentDeclined"],
  ["StockReserved", "StockRejected"],
  ["StockCommitted", "StockRejected"],
  ["StockReleased", "StockRejected"],
] as const)("%s and %s of one order is an invariant violation, whichever comes first", ([one, other]) => {
  const events = [anEvent(one, { orderId }), anEvent(other, { orderId })] as Tracked[];
  expect(() => trackAll(events)).toThrow(expect.objectContaining(violation));
  expect(() => trackAll(events.toReversed())).toThrow(expect.objectContaining(violation));
});

test("what a redelivered event says again is what it led to, and nothing else", () => {
  const events = ends["refunded after the sale"] ?? [];
  const order = trackAll(events);
  const answers = events.map((event) => answersOf(order, event).map(({ type }) => type));
  expect(answers).toEqual([[], [], ["OrderConfirmed"], [], ["OrderCancelled"], []]);
});

test("an outcome carries on the trace of the event it answers", () => {
  const traceparent = `00-${"a".repeat(32)}-${"b".repeat(16)}-01`;
  const declined = { ...anEvent("PaymentDeclined", { orderId }), traceparent };
  expect(trackAll([declined]).events.OrderRejected?.traceparent).toBe(traceparent);
});

test("an order whose customer is asked waits, until when it says", () => {
  const [reserved, asked] = ends["asked, captured and committed"] ?? [];
  const order = trackAll([reserved, asked].flatMap((event) => event ?? []));
  expect(statusOf(order)).toBe("ACTION_REQUIRED");
  expect(order.actionBy).toBe(anEvent("PaymentActionRequired").data.actionBy);
  expect(isCancellable(order)).toBe(true);
  expect(isSettled(order)).toBe(false);
});

test("an aborted order ends for its customer at once, and is at rest once nothing is held any more", () => {
  const [, , aborted, released, voided] = ends["cancelled and released"] ?? [];
  const order = trackAll([aborted, released].flatMap((event) => event ?? []));
  expect(statusOf(order)).toBe("CANCELLED");
  expect([order.isHeld, isSettled(order), order.dueAt]).toEqual([true, false, placed.dueAt]);
  const atRest = trackAll(
    [voided].flatMap((event) => event ?? []),
    order,
  );
  expect([atRest.isHeld, isSettled(atRest), atRest.dueAt]).toEqual([false, true, undefined]);
});

test("a short capture confirms what was taken, and a person is told", () => {
  const short = anEvent("PaymentCaptured", { orderId, data: { amount: 1499 } });
  const order = trackAll([short]);
  expect(order.events.OrderConfirmed?.data).toEqual({ amount: 1499, currency: "EUR" });
  expect(attentionOf(order)).toBe("Only 14.99 EUR of 19.80 EUR was taken.");
  expect(attentionOf(trackAll(ends["captured and committed"] ?? []))).toBeUndefined();
});

test("a cancel is recorded once, with its first reason", () => {
  const once = requestCancel(placed, "changed my mind", testNow + 1);
  expect(requestCancel(once, "another reason", testNow + 2)).toBe(once);
  expect(once.events.OrderCancelRequested).toMatchObject({
    id: eventId(orderId, "OrderCancelRequested"),
    data: { by: "customer", reason: "" },
  });
  expect(once.cancelReason).toBe("changed my mind");
  expect(requestCancel(placed, undefined, testNow + 1)).not.toHaveProperty("cancelReason");
  expect(unconfirmedRootEvents(once)).toEqual([once.events.OrderCancelRequested]);
});

test("a confirmed order that was asked to be cancelled is not settled before it is refunded and released", () => {
  const confirmed = trackAll(ends["captured and committed"] ?? []);
  const cancelled = requestCancel(confirmed, "", testNow + 20 * minutes);
  expect(isSettled(cancelled)).toBe(false);
  expect(cancelled.dueAt).toBe(at(testNow + 21 * minutes));
  const refunded = track(cancelled, anEvent("PaymentRefunded", { orderId }), testNow);
  expect(isSettled(refunded)).toBe(false);
  expect(isSettled(track(refunded, anEvent("StockReleased", { orderId }), testNow))).toBe(true);
});

test("the sweep looks two minutes after decideBy, then after pauses that double up to six hours", () => {
  const decideBy = Date.parse(placed.decideBy);
  let order = afterFirstLook(placed, testNow + minutes);
  const pauses: number[] = [];
  for (let now = decideBy; pauses.length < 12; ) {
    const due = Date.parse(order.dueAt ?? "");
    pauses.push((due - now) / minutes);
    order = repeated(order, due);
    now = due;
  }
  expect(pauses).toEqual([2, 2, 4, 8, 16, 32, 64, 128, 256, 360, 360, 360]);
});

test("facts that settle nothing leave an order due when it was, so that its place in the index does not move", () => {
  const steps = trackAll((ends["captured and committed"] ?? []).slice(0, 3));
  expect(steps.dueAt).toBe(placed.dueAt);
  expect(requestCancel(steps, "", testNow + 30 * seconds).dueAt).toBe(placed.dueAt);
});

test("whatever is said of an order shows that its OrderPlaced is on the bus", () => {
  for (const event of Object.values(ends).flat())
    expect(unconfirmedRootEvents(trackAll([event]))).toEqual([]);
  expect(unconfirmedRootEvents(afterFirstLook(placed, testNow + minutes))).toEqual([]);
});

test.for([
  ["an abort for it", "PaymentAborted", { reason: "cancelled" }, true],
  ["a refund", "PaymentRefunded", {}, true],
  ["the failure of its refund", "RefundFailed", { source: "cancellation" }, true],
  ["the failure of another refund", "RefundFailed", { source: "shop" }, false],
  ["an abort for want of time", "PaymentAborted", { reason: "expired" }, false],
  ["a decline", "PaymentDeclined", {}, false],
  ["a capture", "PaymentCaptured", {}, false],
] as const)("that a request to cancel is on the bus is shown by %s: %s %o %s", ([, type, data, isShown]) => {
  const requested = requestCancel(placed, "", testNow);
  const event = anEvent(type, { orderId, data } as never) as Tracked;
  expect(unconfirmedRootEvents(trackAll([event], requested)).length).toBe(isShown ? 0 : 1);
});

test("an unconfirmed request keeps even a settled order due, until the sweep has looked", () => {
  const settled = trackAll(ends["declined and released"] ?? [], requestCancel(placed, "", testNow));
  expect(isSettled(settled)).toBe(true);
  expect(settled.dueAt).toBe(at(testNow + minutes));
  expect(unconfirmedRootEvents(settled)).toEqual([settled.events.OrderCancelRequested]);
  expect(afterFirstLook(settled, testNow + minutes)).not.toHaveProperty("dueAt");
});

test("a request after the sweep's look is looked at anew, and said by itself", () => {
  const looked = afterFirstLook(placed, testNow + minutes);
  expect(looked.dueAt).toBe(at(testNow + 17 * minutes));
  const requested = requestCancel(looked, "", testNow + 2 * minutes);
  expect(requested).toMatchObject({ looked: false, dueAt: at(testNow + 3 * minutes) });
  expect(unconfirmedRootEvents(requested).map(({ type }) => type)).toEqual(["OrderCancelRequested"]);
  expect(rootEvents(requested).map(({ type }) => type)).toEqual(["OrderPlaced", "OrderCancelRequested"]);
});

test("every change is the next version", () => {
  const order = requestCancel(trackAll(ends["captured and committed"] ?? []), "", testNow);
  expect(order.version).toBe(1 + 4 + 1);
});

test("a timeline is in the order of time, and what is of one moment in the order of the layers", () => {
  const types = ["PaymentCaptured", "PaymentAuthorized", "StockReserved"] as const;
  const timelineOf = (times: readonly number[]) =>
    trackAll(types.map((type, n) => anEvent(type, { orderId, now: testNow + (times[n] ?? 0) }))).timeline;
  expect(timelineOf([3000, 1000, 2000]).map(({ type }) => type)).toEqual([
    "OrderPlaced",
    "OrderConfirmed",
    "PaymentAuthorized",
    "StockReserved",
    "PaymentCaptured",
  ]);
  expect(timelineOf([0, 0, 0]).map(({ type }) => type)).toEqual([
    "OrderPlaced",
    "StockReserved",
    "PaymentAuthorized",
    "PaymentCaptured",
    "OrderConfirmed",
  ]);
});

test("the failed refund of a cancellation stands in the timeline once", () => {
  const order = trackAll(ends["the refund of a cancellation failed"] ?? []);
  expect(order.timeline.filter(({ type }) => type === "RefundFailed")).toHaveLength(1);
});

test("only a refund that fails ends a cancellation, not one that was made", () => {
  const data = { refundId: "cancellation-1", source: "cancellation", amount: 333 } as const;
  expect(trackAll([anEvent("RefundMade", { orderId, data })]).heard).not.toHaveProperty("RefundFailed");
  expect(trackAll([anEvent("RefundFailed", { orderId, data })]).heard).toHaveProperty("RefundFailed");
});

test("money of an aborted payment is held until it is voided, or giving it back has failed", () => {
  const aborted = trackAll([anEvent("PaymentAborted", { orderId, data: { reason: "expired", held: true } })]);
  const entry = { amount: 333, at: at(testNow) };
  const withRefund = (source: "abort" | "shop", status: "failed" | "made") =>
    orderOf({ ...aborted, refunds: { rf_1: { ...entry, source, status } } }).isHeld;
  expect(aborted.isHeld).toBe(true);
  expect([withRefund("abort", "failed"), withRefund("abort", "made")]).toEqual([false, true]);
  expect([withRefund("shop", "failed"), withRefund("shop", "made")]).toEqual([true, true]);
});

test("an order is of a bulk if it says both which and which row", () => {
  const ofEvent = (more: object) => {
    const { OrderPlaced } = placed.events;
    return ofBulk({ events: { OrderPlaced: { ...OrderPlaced, data: { ...OrderPlaced.data, ...more } } } });
  };
  const bulkId = `bulk_${"7".repeat(32)}`;
  expect(ofEvent({ bulkId, bulkRow: 0 })).toStrictEqual({ bulkId, bulkRow: 0 });
  for (const part of [{}, { bulkId }, { bulkRow: 0 }]) expect(ofEvent(part)).toStrictEqual({});
});

test("all that a person must do is said, a sentence each", () => {
  const short = anEvent("PaymentCaptured", { orderId, data: { amount: 1499 } });
  const opened = anEvent("DisputeOpened", { orderId, data: { disputeId: "dp_1", amount: 719 } });
  expect(attentionOf(trackAll([short, opened]))).toBe(
    "Only 14.99 EUR of 19.80 EUR was taken. The dispute dp_1 of 7.19 EUR is open: answer it.",
  );
});
