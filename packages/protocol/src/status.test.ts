// An order's status and ending by the facts heard of it.
import { type OrderEventType, orderEventTypes, producerOf } from "@order-saga/contracts";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { Facts } from "./facts.ts";
import { endingOf, facetsOf, isSettled, statusBy, typesInOrder } from "./status.ts";

type Reason = "out_of_stock" | "cancelled" | "expired";

/** Facts with the data that a status depends on. */
const factsOf = (types: readonly OrderEventType[], reason: Reason = "cancelled") =>
  Object.fromEntries(
    types.map((type) => [type, { data: { reason, code: "card_declined" } }]),
  ) as unknown as Facts;

test.each([
  [["OrderPlaced"], "PLACED"],
  [["StockRejected"], "PLACED"],
  [["StockReserved"], "RESERVED"],
  [["StockReserved", "PaymentAuthorized"], "AUTHORIZED"],
  [["PaymentAuthorized", "PaymentCaptured"], "CONFIRMED"],
  [["PaymentAuthorized", "PaymentDeclined"], "REJECTED"],
  [["PaymentVoided"], "CANCELLED"],
  [["PaymentCaptured", "PaymentRefunded"], "CANCELLED"],
] as [OrderEventType[], string][])("of %j the status is %s", (types, status) => {
  expect(statusBy(factsOf(types))).toBe(status);
});

test("a payment that was voided for want of stock or in time rejects the order", () => {
  expect(statusBy(factsOf(["PaymentVoided"], "out_of_stock"))).toBe("REJECTED");
  expect(statusBy(factsOf(["PaymentVoided"], "expired"))).toBe("REJECTED");
});

test.each([
  [["PaymentCaptured", "StockReserved", "StockCommitted", "OrderConfirmed"], "captured, stock committed"],
  [
    ["PaymentDeclined", "StockReserved", "StockReleased", "OrderRejected"],
    "payment declined (card_declined)",
  ],
  [["PaymentDeclined", "StockRejected", "OrderRejected"], "payment declined (card_declined)"],
  [["PaymentVoided", "StockReleased", "OrderCancelled", "OrderCancelRequested"], "authorisation voided"],
  [
    ["PaymentCaptured", "OrderCancelRequested", "PaymentRefunded", "StockReleased", "OrderCancelled"],
    "money refunded",
  ],
] as [OrderEventType[], string][])("%j is an ending: %s; no fact may be missing", (types, reason) => {
  const ending = endingOf(factsOf(types));
  expect(ending).toMatchObject({ reason, status: statusBy(factsOf(types)) });
  const needed = types.filter((type) => /^(Stock(?!Reserved)|Order(?!CancelR))/.test(type));
  for (const missing of needed)
    expect(endingOf(factsOf(types.filter((type) => type !== missing))), missing).toBeUndefined();
});

test("each reason for which a payment is voided has its own words", () => {
  const of = (reason: Reason) =>
    endingOf(factsOf(["PaymentVoided", "StockReleased", "OrderRejected", "OrderCancelled"], reason));
  const endings = (["out_of_stock", "cancelled", "expired"] as const).map(of);
  expect(endings.map((ending) => ending?.reason)).toEqual([
    "out of stock",
    "authorisation voided",
    "expired",
  ]);
  expect(new Set(endings.map((ending) => ending?.sentence)).size).toBe(endings.length);
});

test("a captured order whose customer asked to cancel has not ended", () => {
  const facts = factsOf(["PaymentCaptured", "StockCommitted", "OrderConfirmed", "OrderCancelRequested"]);
  expect(endingOf(facts)).toBeUndefined();
  expect(statusBy(facts)).toBe("CONFIRMED");
});

test("the order of arrival does not matter to the facets", () => {
  fc.assert(
    fc.property(fc.shuffledSubarray([...orderEventTypes]), (types) => {
      expect(facetsOf(factsOf(types))).toEqual(facetsOf(factsOf(types.toSorted())));
    }),
  );
});

test("an ending is settled", () => {
  fc.assert(
    fc.property(fc.subarray([...orderEventTypes]), (types) => {
      const facts = factsOf(types);
      const cancelRequested = types.includes("OrderCancelRequested");
      if (endingOf(facts)) expect(isSettled({ ...facetsOf(facts), cancelRequested })).toBe(true);
    }),
  );
});

test("the order of the types is that of their definitions", () => {
  const settling = orderEventTypes.filter((type) =>
    ["orders", "inventory", "payment"].includes(producerOf(type)),
  );
  expect(typesInOrder).toEqual(settling);
});
