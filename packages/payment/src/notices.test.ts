// The log lines that alarms count: each is written once, in the write that makes the trouble known.
import { newEvent } from "@order-saga/contracts";
import type { Log } from "@order-saga/messaging";
import { testNow, testOrderId } from "@order-saga/messaging/testing";
import { expect, test } from "vitest";
import { AMOUNT, anOrderPlaced } from "./gateway/gateway.suite.ts";
import type { Dispute, Refund } from "./ledger.ts";
import { notice, noticeUnavailable } from "./notices.ts";
import { hear, type Payment } from "./payment.ts";
import { ProviderUnavailable } from "./ports.ts";

const at = new Date(testNow).toISOString();
const placed = hear(undefined, anOrderPlaced(), testNow, { actionWithinSeconds: 600 });
const aRefund = (status: Refund["status"], code?: string): Refund => ({
  id: "rf_1",
  amount: 613,
  source: "shop",
  status,
  at,
  ...(code && { code }),
});
const aDispute: Dispute = { id: "dp_1", amount: 613, status: "OPENED", reason: "fraudulent", at };
const declinedFor = (reason: "shop_error" | "card_declined"): Partial<Payment> => ({
  events: {
    PaymentDeclined: newEvent(
      "PaymentDeclined",
      testOrderId,
      { causationId: null, now: testNow },
      { stage: "authorize", code: "account_invalid", reason },
    ),
  },
});
const captured = { decision: "CAPTURE", settlement: "CAPTURED", taken: AMOUNT } as const;
const aborted = { decision: "ABORT" } as const;

/** What is logged, each as its level, its line and its fields. */
function heard(write: (log: Log) => void) {
  const lines: unknown[][] = [];
  write(((...line: unknown[]) => void lines.push(line)) as unknown as Log);
  return lines;
}

const noticed = (before: Partial<Payment>, after: Partial<Payment>) =>
  heard((log) => notice({ ...placed, ...before }, { ...placed, ...after }, log));

test.each<[string, Partial<Payment>, Partial<Payment>, unknown[]]>([
  [
    "a refund that failed, with the provider's code",
    { refunds: [aRefund("PENDING")] },
    { refunds: [aRefund("FAILED", "lost_card")] },
    ["error", "a refund failed", { errorName: "lost_card" }],
  ],
  [
    "a refund that failed without a code",
    {},
    { refunds: [aRefund("FAILED")] },
    ["error", "a refund failed", { errorName: "refused" }],
  ],
  [
    "an order that was declined by the shop's own fault",
    {},
    declinedFor("shop_error"),
    ["error", "the provider refuses the shop", { errorName: "account_invalid" }],
  ],
  [
    "a capture of less than the order costs",
    {},
    { ...captured, taken: AMOUNT - 1 },
    ["warn", "less was captured than the order costs"],
  ],
  [
    "money that another hand took after the order was given up",
    aborted,
    { ...aborted, taken: AMOUNT },
    ["warn", "another hand captured after the order was given up"],
  ],
  ["a dispute", {}, { disputes: [aDispute] }, ["warn", "a dispute was opened"]],
])("%s is noticed once, and not again by a later write", (_, before, after, line) => {
  expect(noticed(before, after)).toEqual([line]);
  expect(noticed(after, { ...after, tries: 1 })).toEqual([]);
});

test.each<[string, Partial<Payment>, Partial<Payment>]>([
  ["a refund that was made", { refunds: [aRefund("PENDING")] }, { refunds: [aRefund("SUCCEEDED")] }],
  ["a card that was declined", {}, declinedFor("card_declined")],
  ["a capture of the whole", {}, captured],
  ["less than the order costs, while nothing is captured", {}, { taken: AMOUNT - 1 }],
  ["money taken before anything was decided", {}, { taken: AMOUNT }],
  ["an order given up of which nothing was taken", {}, aborted],
  ["a dispute that is closed", { disputes: [aDispute] }, { disputes: [{ ...aDispute, status: "LOST" }] }],
])("%s is nothing to notice", (_, before, after) => {
  expect(noticed(before, after)).toEqual([]);
});

test("a second refund that fails is noticed, though the first had failed before", () => {
  const first = aRefund("FAILED");
  const second = { ...aRefund("FAILED", "lost_card"), id: "rf_2" };
  expect(noticed({ refunds: [first] }, { refunds: [first, second] })).toEqual([
    ["error", "a refund failed", { errorName: "lost_card" }],
  ]);
});

test("a provider without an outcome is a warning; one that refuses the shop's key or account is an error", () => {
  expect(heard((log) => noticeUnavailable(new ProviderUnavailable("it timed out"), log))).toEqual([
    ["warn", "the provider gave no outcome; the schedule goes on", { reason: "it timed out" }],
  ]);
  const refused = new ProviderUnavailable("401", { ofShop: "api_key_expired" });
  expect(heard((log) => noticeUnavailable(refused, log))).toEqual([
    ["error", "the provider refuses the shop", { errorName: "api_key_expired" }],
  ]);
});
