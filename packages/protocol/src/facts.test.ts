// Facts contradict each other exactly as the protocol says.
import { type OrderEventType, orderEventTypes } from "@order-saga/contracts";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { contradictions, exclusive, implied, oppositesOf } from "./facts.ts";

const among = (facts: readonly OrderEventType[]) => contradictions((type) => facts.includes(type));

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
  [["StockRejected", "PaymentAborted", "PaymentVoided", "OrderRejected"]],
  [["OrderCancelRequested", "PaymentAborted", "OrderCancelled"]],
  [["OrderCancelRequested", "PaymentAborted", "RefundFailed", "OrderCancelled"]],
  [["PaymentCaptured", "RefundMade", "RefundFailed", "DisputeOpened", "DisputeClosed", "PaymentRefunded"]],
] as [OrderEventType[]][])("%s belong together", (facts) => {
  expect(among(facts)).toEqual([]);
});

test("both of an exclusive pair are one contradiction more than either", () => {
  for (const [one, other] of exclusive) {
    expect(among([one, other]), `${one}, ${other}`).toContain(`${one} and ${other}`);
    expect([...among([one]), ...among([other])]).not.toContain(`${one} and ${other}`);
  }
  expect(exclusive.map((pair) => pair.join(" or "))).toEqual([
    "StockReserved or StockRejected",
    "StockReleased or StockRejected",
    "PaymentCaptured or PaymentAborted",
    "PaymentCaptured or PaymentDeclined",
    "PaymentAborted or PaymentDeclined",
    "OrderConfirmed or OrderRejected",
    "OrderCancelled or OrderRejected",
  ]);
});

test("a fact without the one it implies is a contradiction", () => {
  for (const [fact, other] of implied) {
    expect(among([fact])).toContain(`${fact} without ${other}`);
    expect(among([fact, other])).not.toContain(`${fact} without ${other}`);
    expect(among([other])).toEqual([]);
  }
  expect(implied.map(([fact]) => fact)).toEqual([
    "PaymentRefunded",
    "PaymentVoided",
    "RefundMade",
    "StockCommitted",
    "StockCommitted",
    "OrderConfirmed",
  ]);
});

test("a contradiction of some facts does not go away with exclusive facts more", () => {
  fc.assert(
    fc.property(fc.subarray([...orderEventTypes]), fc.subarray([...orderEventTypes]), (some, more) => {
      const pairs = among(some).filter((each) => each.includes(" and "));
      expect(among([...some, ...more])).toEqual(expect.arrayContaining(pairs));
    }),
  );
});

test("what one producer cannot say besides: pairs of its facts, with what follows from implied facts", () => {
  const pairs = orderEventTypes.flatMap((type) =>
    oppositesOf(type).map((other) => [type, other].sort().join(" ")),
  );
  expect([...new Set(pairs)].sort()).toEqual([
    "OrderCancelled OrderRejected",
    "OrderConfirmed OrderRejected",
    "PaymentAborted PaymentCaptured",
    "PaymentAborted PaymentDeclined",
    "PaymentAborted PaymentRefunded",
    "PaymentAborted RefundMade",
    "PaymentCaptured PaymentDeclined",
    "PaymentCaptured PaymentVoided",
    "PaymentDeclined PaymentRefunded",
    "PaymentDeclined PaymentVoided",
    "PaymentDeclined RefundMade",
    "PaymentRefunded PaymentVoided",
    "PaymentVoided RefundMade",
    "StockCommitted StockRejected",
    "StockRejected StockReleased",
    "StockRejected StockReserved",
  ]);
});

test("of two opposites each is the other's", () => {
  for (const type of orderEventTypes)
    for (const other of oppositesOf(type)) expect(oppositesOf(other)).toContain(type);
});

test("two opposites with all that they imply contradict each other", () => {
  const withImplied = (types: OrderEventType[]): OrderEventType[] => {
    const more = implied.filter(([fact, other]) => types.includes(fact) && !types.includes(other));
    return more.length === 0 ? types : withImplied([...types, ...more.map(([, other]) => other)]);
  };
  for (const type of orderEventTypes)
    for (const other of oppositesOf(type)) expect(among(withImplied([type, other]))).not.toEqual([]);
});
