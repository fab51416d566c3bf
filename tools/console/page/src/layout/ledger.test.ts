// A payment's ledger as the order's page shows it.
import type { Dispute, Refund } from "@order-saga/payment/ledger";
import { expect, test } from "vitest";
import { type Ledger, ledgerRows, refundableOf } from "./ledger.ts";

const at = "2026-11-29T12:00:00.000Z";
const ledger = (given: Partial<Ledger> = {}): Ledger => ({
  charge: { amount: 1985, currency: "EUR", paymentMethod: "pm_card_visa", decideBy: at, lines: [] },
  authorization: { state: "AUTHORIZED", intentId: "pi_1" },
  refunds: [],
  disputes: [],
  ...given,
});
const refund = (given: Partial<Refund>): Refund => ({
  id: "rf_1",
  amount: 495,
  source: "shop",
  status: "SUCCEEDED",
  at,
  ...given,
});
const states = (of: Ledger) => ledgerRows(of).map(({ amount, state, what }) => [what, amount, state]);

test("held, then taken", () => {
  expect(states(ledger())).toEqual([["Authorisation", 1985, "held"]]);
  expect(states(ledger({ settlement: "CAPTURED", taken: 1985 }))).toEqual([
    ["Authorisation", 1985, "done"],
    ["Captured", 1985, "taken"],
  ]);
});

test("a capture that is short is said, and one after an abort is another hand's", () => {
  expect(ledgerRows(ledger({ settlement: "CAPTURED", taken: 1200 }))[1]).toMatchObject({
    state: "short",
    tone: "bad",
    note: "",
  });
  expect(ledgerRows(ledger({ taken: 1985 }))[1]).toMatchObject({ note: "by another hand" });
});

test("a bank that asks, a card that is declined, a hold that is gone", () => {
  expect(
    states(ledger({ authorization: { state: "ACTION_REQUIRED", intentId: "pi_1", since: at } })),
  ).toEqual([["Authorisation", 1985, "waits for the customer"]]);
  const declined = ledgerRows(
    ledger({ authorization: { state: "DECLINED", code: "lost_card", reason: "card_declined" } }),
  );
  expect(declined).toMatchObject([{ state: "declined", note: "lost card" }]);
  expect(states(ledger({ settlement: "VOIDED" }))).toEqual([["Authorisation", 1985, "voided"]]);
});

test("each refund stands as it is, with who made it, why, and what went back on the shelf", () => {
  const rows = ledgerRows(
    ledger({
      settlement: "CAPTURED",
      taken: 1985,
      refunds: [
        refund({ reason: "bruised", restock: [{ sku: "TEA-ASSAM", quantity: 1 }] }),
        refund({ id: "re_2", amount: 33, source: "provider", status: "PENDING" }),
        refund({ id: "rf_3", status: "FAILED", code: "lost_or_stolen_card" }),
      ],
    }),
  ).slice(2);
  expect(rows).toMatchObject([
    { amount: -495, state: "made", note: "by the shop; “bruised”; back in stock: 1 × TEA-ASSAM" },
    { amount: -33, state: "pending", note: "made at the provider" },
    { amount: -495, state: "failed", tone: "bad", note: "by the shop; lost or stolen card" },
  ]);
});

test("what is left to give back does not count what failed, and counts what is only asked for", () => {
  const refunds = [
    refund({}),
    refund({ status: "FAILED", amount: 1000 }),
    refund({ status: "REQUESTED", amount: 7 }),
  ];
  expect(refundableOf(ledger({ taken: 1985, refunds }))).toBe(1985 - 495 - 7);
  expect(refundableOf(ledger())).toBe(0);
});

test("a dispute takes its amount away until it is won", () => {
  const dispute = { id: "dp_1", amount: 1985, reason: "product_not_received", at };
  const row = (status: Dispute["status"]) =>
    ledgerRows(ledger({ disputes: [{ ...dispute, status }] })).at(-1);
  expect(row("OPENED")).toMatchObject({ amount: -1985, state: "open", note: "product not received" });
  expect(row("WON")).toMatchObject({ amount: 0, state: "won" });
  expect(row("LOST")).toMatchObject({ amount: -1985, state: "lost" });
});
