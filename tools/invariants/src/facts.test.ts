// Facts contradict each other exactly as the protocol says.
import { type EventType, eventTypes } from "@order-saga/contracts";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { contradictions, exclusive, implied, isEnd } from "./facts.ts";

const among = (facts: readonly EventType[]) => contradictions((type) => facts.includes(type));

test.each([
  [
    [
      "OrderPlaced",
      "StockReserved",
      "PaymentAuthorized",
      "PaymentCaptured",
      "StockCommitted",
      "OrderConfirmed",
    ],
  ],
  [["PaymentCaptured", "PaymentRefunded", "StockReleased", "OrderConfirmed", "OrderCancelled"]],
  [["StockReserved", "PaymentDeclined", "StockReleased", "OrderRejected"]],
  [["StockRejected", "PaymentVoided", "OrderRejected"]],
  [["OrderCancelRequested", "PaymentVoided", "OrderCancelled"]],
] as [EventType[]][])("%s belong together", (facts) => {
  expect(among(facts)).toEqual([]);
});

test("both of an exclusive pair are one contradiction more than either", () => {
  for (const [one, other] of exclusive) {
    expect(among([one, other]), `${one}, ${other}`).toContain(`${one} and ${other}`);
    expect([...among([one]), ...among([other])]).not.toContain(`${one} and ${other}`);
  }
  expect(exclusive.map((pair) => pair.join(" or "))).toEqual([
    "StockReserved or StockRejected",
    "PaymentCaptured or PaymentVoided",
    "PaymentCaptured or PaymentDeclined",
    "PaymentVoided or PaymentDeclined",
    "OrderConfirmed or OrderRejected",
    "OrderCancelled or OrderRejected",
  ]);
});

test("a fact without the one it implies is a contradiction", () => {
  for (const [fact, other] of implied) {
    expect(among([fact])).toContain(`${fact} without ${other}`);
    expect(among([fact, other])).toEqual([]);
    expect(among([other])).toEqual([]);
  }
  expect(implied.map(([fact]) => fact)).toEqual(["PaymentRefunded", "StockCommitted", "OrderConfirmed"]);
});

test("a contradiction of some facts does not go away with exclusive facts more", () => {
  fc.assert(
    fc.property(fc.subarray(eventTypes), fc.subarray(eventTypes), (some, more) => {
      const pairs = among(some).filter((each) => each.includes(" and "));
      expect(among([...some, ...more])).toEqual(expect.arrayContaining(pairs));
    }),
  );
});

test("there are seven ends", () => {
  const settlements = ["CAPTURED", "DECLINED", "CAPTURE_FAILED", "VOIDED", "REFUNDED", undefined];
  const states = ["RESERVED", "COMMITTED", "RELEASED", "REJECTED", undefined];
  const ends = settlements.flatMap((settlement) =>
    states.filter((state) => isEnd(settlement, state)).map((state) => `${settlement}/${state}`),
  );
  expect(ends).toEqual([
    "CAPTURED/COMMITTED",
    "DECLINED/RELEASED",
    "DECLINED/REJECTED",
    "CAPTURE_FAILED/RELEASED",
    "VOIDED/RELEASED",
    "VOIDED/REJECTED",
    "REFUNDED/RELEASED",
  ]);
});
