// A blind write changes an order as the rules would, wherever its condition holds.
import { anEvent, testNow } from "@order-saga/messaging/testing";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { afterBlindWrite, blindWriteOf } from "./blind-write.ts";
import { afterFirstLook, isCancellable, type Order, requestCancel, type Tracked, track } from "./order.ts";
import { anOrder, histories, minutes, orderIdOf } from "./testing.ts";

const ends = histories(orderIdOf(1)) as Record<string, Tracked[]>;

/** An order somewhere on its way, whatever has come in whatever order, and an event of its history. */
const onItsWay = fc.constantFrom(...Object.values(ends)).chain((events) =>
  fc.record({
    arrived: fc.shuffledSubarray(events),
    cancelled: fc.option(fc.nat({ max: events.length }), { nil: undefined }),
    swept: fc.option(fc.nat({ max: events.length }), { nil: undefined }),
    event: fc.constantFrom(...events),
  }),
);

type Way = { arrived: Tracked[]; cancelled: number | undefined; swept: number | undefined };

function orderAfter({ arrived, cancelled, swept }: Way): Order {
  let order = anOrder();
  for (let step = 0; step <= arrived.length; step++) {
    if (step === cancelled && isCancellable(order)) order = requestCancel(order, "", testNow);
    if (step === swept) order = afterFirstLook(order, testNow + minutes);
    const event = arrived[step];
    // A cancellation's refund fails only where the customer had cancelled.
    if (event?.type === "RefundFailed") order = requestCancel(order, "", testNow);
    if (event) order = track(order, event, testNow);
  }
  return order;
}

test("where its condition holds, a blind write is the one that track would make", () => {
  let count = 0;
  fc.assert(
    fc.property(onItsWay, ({ event, ...way }) => {
      const order = orderAfter(way);
      const blind = blindWriteOf(event, testNow);
      const next = blind && afterBlindWrite(order, blind);
      if (!blind || !next) return;
      count++;
      expect(next).toEqual(track(order, event, testNow));
      expect(blind.outcome).toEqual(blind.outcome && next.events[blind.outcome.type]);
    }),
    { numRuns: 2000 },
  );
  expect(count).toBeGreaterThan(300);
});

test("an event that was heard is not written blindly again, nor one that excludes it", () => {
  fc.assert(
    fc.property(onItsWay, ({ event, ...way }) => {
      const order = track(orderAfter(way), event, testNow);
      const blind = blindWriteOf(event, testNow);
      expect(blind && afterBlindWrite(order, blind)).toBeUndefined();
    }),
  );
});

test("an order that is confirmed is read for none of its events", () => {
  let order = anOrder();
  for (const event of ends["captured and committed"] ?? []) {
    const blind = blindWriteOf(event, testNow);
    const next = blind && afterBlindWrite(order, blind);
    expect(next, event.type).toEqual(track(order, event, testNow));
    order = next ?? order;
  }
  expect(order).not.toHaveProperty("dueAt");
});

test("an answer that an order waited for is a decision, and a hold is none", () => {
  const isDecision = (type: "StockReserved" | "PaymentAuthorized" | "PaymentCaptured") =>
    blindWriteOf(anEvent(type, { orderId: orderIdOf(1) }), testNow)?.isDecision;
  expect([isDecision("StockReserved"), isDecision("PaymentCaptured")]).toEqual([true, true]);
  expect(isDecision("PaymentAuthorized")).toBe(false);
});

test("a row of a bulk is read first: its outcome says which it is of", () => {
  const write = blindWriteOf(anEvent("StockReserved", { orderId: orderIdOf(1) }), testNow);
  if (!write) return expect.unreachable();
  expect(afterBlindWrite(anOrder(), write)).toBeDefined();
  const ofBulk = { bulkId: `bulk_${"7".repeat(32)}`, bulkRow: 0 };
  expect(afterBlindWrite(anOrder({ ofBulk }), write)).toBeUndefined();
});

test("what is not due any more does not become so by a late fact", () => {
  const { dueAt: _, ...atRest } = anOrder();
  const write = blindWriteOf(anEvent("StockReserved", { orderId: orderIdOf(1) }), testNow);
  if (!write) return expect.unreachable();
  expect(afterBlindWrite(atRest, write)).not.toHaveProperty("dueAt");
});
