// What a person of the shop must do about an order's money, from its events.
import type { DomainEvent, EventOf, EventType } from "@order-saga/contracts";
import { anEvent } from "@order-saga/messaging/testing";
import { factsFrom } from "@order-saga/protocol/facts";
import { expect, test } from "vitest";
import { attentionOf, refundedOf } from "./attention.ts";

const say = <T extends EventType>(type: T, data: Partial<EventOf<T>["data"]> = {}) => anEvent(type, { data });
const of = (...events: DomainEvent[]) => ({
  facts: factsFrom(events),
  entries: new Map(events.map((event) => [event.id, event])),
});
const placed = say("OrderPlaced", { amount: 1985, currency: "EUR" });

test("an order like nearly every other needs nobody", () => {
  expect(attentionOf(of(placed, say("PaymentCaptured", { amount: 1985 })))).toEqual([]);
  expect(attentionOf(of())).toEqual([]);
});

test("less was taken than the order costs", () => {
  expect(attentionOf(of(placed, say("PaymentCaptured", { amount: 1201, currency: "EUR" })))).toEqual([
    "Only 12.01 EUR of 19.85 EUR was taken: another hand captured it.",
  ]);
});

test("a refund that failed, in the currency's own digits", () => {
  const failed = say("RefundFailed", { amount: 495, currency: "JPY", code: "lost_or_stolen_card" });
  expect(attentionOf(of(placed, failed))).toEqual([
    "A refund of 495 JPY failed (lost or stolen card): give the money back another way.",
  ]);
});

test("a dispute until it is closed, each by its own id", () => {
  const opened = (disputeId: string) => say("DisputeOpened", { disputeId, amount: 33, reason: "fraudulent" });
  const both = of(placed, opened("dp_1"), opened("dp_2"), say("DisputeClosed", { disputeId: "dp_1" }));
  expect(attentionOf(both)).toEqual([
    "The customer's bank disputes 0.33 EUR (fraudulent): answer it at the provider.",
  ]);
});

test("refunds add up; a cancellation says the whole of it", () => {
  const made = (refundId: string, amount: number) => say("RefundMade", { refundId, amount });
  expect(refundedOf(of(placed, made("rf_1", 495), made("re_2", 7)))).toBe(502);
  expect(refundedOf(of(placed, made("rf_1", 495), say("PaymentRefunded", { amount: 1985 })))).toBe(1985);
  expect(refundedOf(of(placed))).toBe(0);
});

test("a refund that a bank sent back was not given back in the end", () => {
  const refund = { refundId: "rf_1", amount: 495 };
  expect(refundedOf(of(placed, say("RefundMade", refund), say("RefundFailed", refund)))).toBe(0);
});
