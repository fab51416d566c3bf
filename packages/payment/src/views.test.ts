// A payment as its customer sees it: where the money is, what is asked of them, and what came back.
import { newEvent } from "@order-saga/contracts";
import { testNow, testOrderId } from "@order-saga/messaging/testing";
import { describe, expect, test } from "vitest";
import { AMOUNT, anOrderPlaced } from "./gateway/gateway.suite.ts";
import type { Dispute, Refund } from "./ledger.ts";
import { hear, type Payment } from "./payment.ts";
import { refundView, view } from "./views.ts";

const at = new Date(testNow).toISOString();
const cause = { causationId: null, now: testNow };
const placed = hear(undefined, anOrderPlaced(), testNow, { actionWithinSeconds: 600 });
const held = { authorization: { state: "AUTHORIZED", intentId: "pi_1" } } as const;
const asking = {
  authorization: { state: "ACTION_REQUIRED", since: at, intentId: "pi_1", clientSecret: "pi_1_secret" },
} as const;
const captured = { ...held, decision: "CAPTURE", settlement: "CAPTURED", taken: AMOUNT } as const;
const aborted = { ...held, decision: "ABORT" } as const;

const aRefund = (status: Refund["status"], amount = 613): Refund => ({
  id: `rf_${status}`,
  amount,
  source: "shop",
  status,
  at,
});

const shown = (part: Partial<Payment>, returnUrl?: string) =>
  view({ ...placed, ...part }, returnUrl) ?? expect.unreachable();

test("a payment that knows no order yet is not shown", () => {
  const { charge: _, ...unplaced } = placed;
  expect(view(unplaced, undefined)).toBeUndefined();
});

test.each<[string, string, Partial<Payment>]>([
  ["pending", "the provider has not answered", {}],
  ["pending", "the bank asks for the customer, and the stock is not known yet", asking],
  [
    "action_required",
    "the bank asks for the customer, and the stock is held",
    { ...asking, stock: "RESERVED" },
  ],
  [
    "pending",
    "the customer was asked, and the order was then given up",
    { ...asking, stock: "RESERVED", decision: "ABORT" },
  ],
  ["authorized", "the amount is held", held],
  ["authorized", "the order was given up, and the hold not yet", aborted],
  ["voided", "the hold was given up", { ...aborted, settlement: "VOIDED" }],
  ["declined", "the card was declined", { decision: "ABORT", settlement: "DECLINED" }],
  ["declined", "the capture was refused", { ...held, decision: "CAPTURE", settlement: "CAPTURE_FAILED" }],
  ["captured", "the money was taken", captured],
  [
    "captured",
    "refunds are on their way",
    { ...captured, refunds: [aRefund("REQUESTED"), aRefund("PENDING")] },
  ],
  ["partially_refunded", "a part was given back", { ...captured, refunds: [aRefund("SUCCEEDED")] }],
  [
    "partially_refunded",
    "a part was given back, and another refund failed",
    { ...captured, refunds: [aRefund("SUCCEEDED"), aRefund("FAILED")] },
  ],
  ["refunded", "a clerk gave all back", { ...captured, refunds: [aRefund("SUCCEEDED", AMOUNT)] }],
  [
    "refunded",
    "a cancellation gave all back",
    { ...captured, settlement: "REFUNDED", refunds: [aRefund("SUCCEEDED", AMOUNT)] },
  ],
  [
    "refund_failed",
    "the only refund that has an outcome failed",
    { ...captured, refunds: [aRefund("PENDING"), aRefund("FAILED")] },
  ],
  [
    "refund_failed",
    "a cancellation's refund failed after a part was given back",
    { ...captured, settlement: "REFUND_FAILED", refunds: [aRefund("SUCCEEDED"), aRefund("FAILED")] },
  ],
])("%s: %s", (status, _, part) => {
  expect(shown(part).status).toBe(status);
});

describe("amounts", () => {
  test.each<[string, Partial<Payment>, object]>([
    ["held", held, { authorized: AMOUNT, captured: 0, refunded: 0 }],
    ["given up", { ...aborted, settlement: "VOIDED" }, { authorized: 0, captured: 0 }],
    ["refused at the capture", { ...held, settlement: "CAPTURE_FAILED" }, { authorized: 0, captured: 0 }],
    ["not held yet", {}, { authorized: 0, captured: 0 }],
    [
      "taken in part, and of that a part given back",
      { ...captured, taken: 1001, refunds: [aRefund("SUCCEEDED"), aRefund("PENDING", 7)] },
      { amount: AMOUNT, authorized: AMOUNT, captured: 1001, refunded: 613 },
    ],
  ])("%s", (_, part, amounts) => {
    expect(shown(part)).toMatchObject({ amount: AMOUNT, currency: "EUR", ...amounts });
  });
});

describe("what the customer is to do", () => {
  const actionBy = new Date(testNow + 600_000).toISOString();
  const asked: Partial<Payment> = {
    ...asking,
    stock: "RESERVED",
    events: { PaymentActionRequired: newEvent("PaymentActionRequired", testOrderId, cause, { actionBy }) },
  };
  const stripe = { type: "stripe", clientSecret: "pi_1_secret" };

  test("is shown with the secret to confirm with, and where to come back to if the stage says so", () => {
    expect(shown(asked)).toMatchObject({ status: "action_required", actionBy });
    expect(shown(asked).nextAction).toEqual(stripe);
    expect(shown(asked, "https://shop.example/back").nextAction).toEqual({
      ...stripe,
      returnUrl: "https://shop.example/back",
    });
  });

  test("is nothing once the order is decided, or while its stock is not held", () => {
    for (const over of [{ decision: "ABORT" }, { stock: "NONE" }, held] as const) {
      const payment = shown({ ...asked, ...over });
      expect(payment).not.toHaveProperty("actionBy");
      expect(payment).not.toHaveProperty("nextAction");
    }
  });

  test("without a secret there is only the time left", () => {
    const { clientSecret: _, ...authorization } = asking.authorization;
    const payment = shown({ ...asked, authorization });
    expect(payment.actionBy).toBe(actionBy);
    expect(payment).not.toHaveProperty("nextAction");
  });
});

test("a decline says its code and a reason that the customer can act on; other payments say none", () => {
  const refused = { code: "insufficient_funds", reason: "insufficient_funds" } as const;
  const PaymentDeclined = newEvent("PaymentDeclined", testOrderId, cause, { stage: "authorize", ...refused });
  expect(shown({ settlement: "DECLINED", events: { PaymentDeclined } }).decline).toEqual(refused);
  expect(shown(captured)).not.toHaveProperty("decline");
});

test("a refund is shown as it stands; one that another hand overtook gave nothing back, and is left out", () => {
  const statuses = ["REQUESTED", "PENDING", "SUCCEEDED", "FAILED", "OVERTAKEN"] as const;
  expect(shown({ ...captured, refunds: statuses.map((each) => aRefund(each, 7)) }).refunds).toEqual(
    (["REQUESTED", "PENDING", "SUCCEEDED", "FAILED"] as const).map((status) => ({
      id: `rf_${status}`,
      amount: 7,
      status: status.toLowerCase(),
      source: "shop",
      at,
    })),
  );
  expect(refundView({ ...aRefund("PENDING"), reason: "bruised" })).toMatchObject({ reason: "bruised" });
  expect(refundView(aRefund("PENDING"))).not.toHaveProperty("reason");
});

test("a dispute is shown with its amount and how it stands", () => {
  const aDispute = (status: Dispute["status"]): Dispute => ({
    id: `dp_${status}`,
    amount: 613,
    status,
    reason: "fraudulent",
    at,
  });
  const disputes = [aDispute("OPENED"), aDispute("WON"), aDispute("LOST")];
  expect(shown({ ...captured, disputes }).disputes).toEqual(
    disputes.map(({ id, status }) => ({ id, status: status.toLowerCase(), amount: 613, at })),
  );
});
