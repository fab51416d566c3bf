// A clerk's refund: from what is typed to the request.
import { RefundRequest } from "@order-saga/contracts";
import { expect, test } from "vitest";
import { emptyForm, minorUnits, type RefundForm, refundOf } from "./refund-form.ts";

const sold = {
  currency: "EUR",
  lines: [
    { sku: "TEA-ASSAM", unitPrice: 853, quantity: 3 },
    { sku: "CUP", unitPrice: 1401, quantity: 1 },
  ],
};
const form = (given: Partial<RefundForm>): RefundForm => ({ ...emptyForm, ...given });

test.each<[string, string, number | undefined]>([
  ["4.95", "EUR", 495],
  ["4,9", "EUR", 490],
  ["12", "EUR", 1200],
  ["0.07", "EUR", 7],
  ["1234567.89", "EUR", 123_456_789],
  ["1985", "JPY", 1985],
  ["19.85", "JPY", undefined],
  ["1.235", "KWD", 1235],
  ["4.955", "EUR", undefined],
  ["-4", "EUR", undefined],
  ["4e2", "EUR", undefined],
  ["", "EUR", undefined],
])("%s of %s is %s minor units", (text, currency, expected) => {
  expect(minorUnits(text, currency)).toBe(expected);
});

test("by amount: the request has it in minor units, and the reason without its spaces", () => {
  const found = refundOf(form({ amount: "4.95", reason: " bruised " }), sold, 3960);
  expect(found).toEqual({ body: { amount: 495, reason: "bruised" }, amount: 495 });
  if ("body" in found) expect(RefundRequest.safeParse(found.body).success).toBe(true);
});

test("an amount that no card can be given is refused in the currency's own steps", () => {
  const kuwait = { ...sold, currency: "KWD" };
  expect(refundOf(form({ amount: "1.235" }), kuwait, 3960)).toEqual({
    problem: "KWD is given back in steps of 0.010.",
  });
  expect(refundOf(form({ amount: "1.230" }), kuwait, 3960)).toHaveProperty("body.amount", 1230);
  expect(refundOf(form({ amount: "1235" }), { ...sold, currency: "JPY" }, 3960)).toHaveProperty(
    "amount",
    1235,
  );
});

test("by line: only those that came back, priced as they were sold", () => {
  const lines = new Map([
    ["TEA-ASSAM", { quantity: 2, restock: true }],
    ["CUP", { quantity: 0, restock: false }],
  ]);
  const found = refundOf(form({ by: "lines", lines }), sold, 3960);
  expect(found).toEqual({
    body: { lines: [{ sku: "TEA-ASSAM", quantity: 2, restock: true }] },
    amount: 1706,
  });
  if ("body" in found) expect(RefundRequest.safeParse(found.body).success).toBe(true);
});

test("nothing, no amount, or more than is left, is said before it is asked for", () => {
  expect(refundOf(form({ amount: "much" }), sold, 3960)).toEqual({
    problem: "Type an amount of EUR, such as 4.95.",
  });
  expect(refundOf(form({ amount: "0" }), sold, 3960)).toHaveProperty("problem");
  expect(refundOf(form({ by: "lines" }), sold, 3960)).toHaveProperty("problem");
  expect(refundOf(form({ amount: "39.61" }), sold, 3960)).toEqual({
    problem: "That is more than is left to give back.",
  });
  expect(refundOf(form({ amount: "39.60" }), sold, 3960)).toHaveProperty("body");
});
