// The facts of one order out of its events, of which some come more than once.
import { type EventOf, newEvent } from "@order-saga/contracts";
import { expect, test } from "vitest";
import { factsFrom } from "./facts.ts";

const ORDER = `ord_${"a".repeat(32)}`;
const cause = { causationId: null, now: Date.parse("2026-11-29T12:00:00.000Z") };
const failed = (refundId: string, source: EventOf<"RefundFailed">["data"]["source"]) =>
  newEvent("RefundFailed", ORDER, cause, {
    refundId,
    source,
    amount: 495,
    currency: "EUR",
    code: "declined",
  });

test("the first of a type is the fact", () => {
  const captured = (amount: number) => newEvent("PaymentCaptured", ORDER, cause, { amount, currency: "EUR" });
  expect(factsFrom([captured(1985), captured(33)])).toEqual({ PaymentCaptured: captured(1985) });
});

test("of refunds that failed, the one that ends the order is the fact, whenever it comes", () => {
  const shop = failed("rf_1", "shop");
  const ending = failed("cancellation-1", "cancellation");
  expect(factsFrom([shop, ending]).RefundFailed).toBe(ending);
  expect(factsFrom([ending, shop]).RefundFailed).toBe(ending);
  expect(factsFrom([shop, failed("re_2", "provider")]).RefundFailed).toBe(shop);
  expect(factsFrom([shop, failed("abort-1", "abort")]).RefundFailed?.data.refundId).toBe("abort-1");
});
