// An order's status and ending by the facts heard of it.
import { type OrderEventType, orderEventTypes, producerOf } from "@order-saga/contracts";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { Facts } from "./facts.ts";
import { endingOf, facetsBy, facetsOf, isHeldBy, isSettled, statusBy, typesInOrder } from "./status.ts";

type Reason = "out_of_stock" | "cancelled" | "expired";

/** Facts with the data that a status depends on. */
const factsOf = (types: readonly OrderEventType[], reason: Reason = "cancelled", data = {}) =>
  Object.fromEntries(
    types.map((type) => [type, { data: { reason, code: "card_declined", ...data } }]),
  ) as unknown as Facts;

test.each([
  [["OrderPlaced"], "PLACED"],
  [["StockRejected"], "PLACED"],
  [["StockReserved"], "RESERVED"],
  [["StockReserved", "PaymentAuthorized"], "AUTHORIZED"],
  [["StockReserved", "PaymentActionRequired"], "ACTION_REQUIRED"],
  [["PaymentActionRequired", "PaymentAuthorized"], "AUTHORIZED"],
  [["PaymentActionRequired", "PaymentDeclined"], "REJECTED"],
  [["PaymentAuthorized", "PaymentCaptured"], "CONFIRMED"],
  [["PaymentAuthorized", "PaymentDeclined"], "REJECTED"],
  [["PaymentAborted"], "CANCELLED"],
  [["PaymentAborted", "PaymentVoided"], "CANCELLED"],
  [["StockReserved", "PaymentVoided"], "RESERVED"],
  [["PaymentCaptured", "PaymentRefunded"], "CANCELLED"],
  [["PaymentCaptured", "RefundMade", "RefundFailed", "DisputeOpened", "DisputeClosed"], "CONFIRMED"],
] as [OrderEventType[], string][])("of %j the status is %s", (types, status) => {
  expect(statusBy(factsOf(types))).toBe(status);
});

test("a payment that was aborted for want of stock or in time rejects the order", () => {
  expect(statusBy(factsOf(["PaymentAborted"], "out_of_stock"))).toBe("REJECTED");
  expect(statusBy(factsOf(["PaymentAborted"], "expired"))).toBe("REJECTED");
});

test("only a cancellation's failed refund is a facet of the order; a later success outranks it", () => {
  const failed = (source: string, ...more: OrderEventType[]) =>
    facetsBy(factsOf(["PaymentCaptured", "RefundFailed", ...more], "cancelled", { source })).payment;
  expect(failed("cancellation")).toBe("REFUND_FAILED");
  expect(failed("cancellation", "PaymentRefunded")).toBe("REFUNDED");
  for (const source of ["shop", "provider", "abort"]) expect(failed(source)).toBe("CAPTURED");
});

test("an aborted payment holds until it is voided, or until giving it back has failed", () => {
  const aborted = (held: boolean, source = "shop", types: OrderEventType[] = []) =>
    factsOf(["PaymentAborted", "StockReleased", "OrderRejected", ...types], "expired", { held, source });
  const rests = (facts: Facts) => endingOf(facts) !== undefined;
  expect(isHeldBy(aborted(false))).toBe(false);
  expect(isHeldBy(aborted(true))).toBe(true);
  expect(rests(aborted(false))).toBe(true);
  expect(rests(aborted(true))).toBe(false);
  expect(rests(aborted(true, "shop", ["PaymentVoided"]))).toBe(true);
  expect(rests(aborted(true, "shop", ["RefundFailed"]))).toBe(false);
  expect(rests(aborted(true, "abort", ["RefundFailed"]))).toBe(true);
});

test("a void settles nothing before its abort is heard", () => {
  const open = { cancelRequested: false, isHeld: false };
  const before = facetsOf(factsOf(["PaymentAuthorized", "PaymentVoided", "StockReleased"]));
  expect(before).toEqual({ payment: "AUTHORIZED", stock: "RELEASED" });
  expect(isSettled({ ...before, ...open })).toBe(false);
  const after = facetsOf(factsOf(["PaymentAuthorized", "PaymentVoided", "StockReleased", "PaymentAborted"]));
  expect(isSettled({ ...after, ...open, isHeld: true })).toBe(true);
});

test("an order that the customer wants cancelled rests when its refund has failed, still confirmed", () => {
  const types = ["PaymentCaptured", "StockCommitted", "OrderConfirmed", "OrderCancelRequested"] as const;
  const facts = factsOf([...types, "RefundFailed"], "cancelled", { source: "cancellation" });
  expect(endingOf(facts)).toMatchObject({ status: "CONFIRMED", reason: "refund failed" });
  expect(endingOf(factsOf([...types, "RefundFailed"], "cancelled", { source: "shop" }))).toBeUndefined();
});

test.each([
  [["PaymentCaptured", "StockReserved", "StockCommitted", "OrderConfirmed"], "captured, stock committed"],
  [
    ["PaymentDeclined", "StockReserved", "StockReleased", "OrderRejected"],
    "payment declined (card_declined)",
  ],
  [["PaymentDeclined", "StockRejected", "OrderRejected"], "payment declined (card_declined)"],
  [["PaymentAborted", "StockReleased", "OrderCancelled", "OrderCancelRequested"], "nothing was charged"],
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

test("each reason for which a payment is aborted has its own words", () => {
  const of = (reason: Reason) =>
    endingOf(factsOf(["PaymentAborted", "StockReleased", "OrderRejected", "OrderCancelled"], reason));
  const endings = (["out_of_stock", "cancelled", "expired"] as const).map(of);
  expect(endings.map((ending) => ending?.reason)).toEqual(["out of stock", "nothing was charged", "expired"]);
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
      const open = { cancelRequested, isHeld: isHeldBy(facts) };
      if (endingOf(facts)) expect(isSettled({ ...facetsBy(facts), ...open })).toBe(true);
    }),
  );
});

test("the order of the types is that of their definitions", () => {
  const settling = orderEventTypes.filter((type) =>
    ["orders", "inventory", "payment"].includes(producerOf(type)),
  );
  expect(typesInOrder).toEqual(settling);
});
