// Why an order cannot be taken, in the words that its customer reads.
import { expect, test } from "vitest";
import type { Refusal } from "./pricing.ts";
import { refused } from "./refused.ts";

test.each<[Refusal, object]>([
  [
    { type: "unknown-sku", lines: [0, 7] },
    {
      status: 422,
      errors: [
        { pointer: "/lines/0/sku", detail: "unknown SKU" },
        { pointer: "/lines/7/sku", detail: "unknown SKU" },
      ],
    },
  ],
  [
    { type: "currency-mismatch", lines: [3] },
    { status: 422, errors: [{ pointer: "/lines/3/sku", detail: "sold in another currency" }] },
  ],
  [
    { type: "currency-not-supported" },
    { status: 422, errors: [{ pointer: "/currency", detail: "not supported" }] },
  ],
  [
    { type: "amount-too-small", currency: "EUR", minimum: 57 },
    { status: 422, detail: "At least 0.57 EUR can be charged.", minimum: 57 },
  ],
  [
    { type: "amount-not-chargeable", currency: "KWD" },
    { status: 422, detail: "KWD is charged in steps of 10 minor units." },
  ],
  [{ type: "amount-too-large" }, { status: 422 }],
  [
    { type: "price-changed", total: 719 },
    { status: 409, detail: "The total is 719 minor units now." },
  ],
])("%j", (refusal, problem) => {
  const { title, ...said } = refused(refusal).problem;
  expect(said).toEqual({ type: refusal.type, ...problem });
  expect(title).toMatch(/\.$/);
});
