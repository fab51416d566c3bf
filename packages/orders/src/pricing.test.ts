// Pricing: by the catalogue alone, line for line as sent.
import { type PlaceOrderRequest, totalOf } from "@order-saga/contracts";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { price } from "./pricing.ts";
import { aRequest, mug, tea } from "./testing.ts";

const products = new Map([tea, mug].map((product) => [product.sku, product]));
const requestOf = (quantities: [string, number][], more: Partial<PlaceOrderRequest> = {}) => ({
  ...aRequest,
  lines: quantities.map(([sku, quantity]) => ({ sku, quantity })),
  ...more,
});

test("each line has the catalogue's name and price, and equal SKUs stay apart", () => {
  expect(
    price(
      requestOf([
        ["MUG", 1],
        [tea.sku, 2],
        ["MUG", 3],
      ]),
      products,
    ),
  ).toEqual({
    lines: [
      { sku: "MUG", name: "Mug", quantity: 1, unitPrice: 1500 },
      { sku: tea.sku, name: "Earl Grey", quantity: 2, unitPrice: 990 },
      { sku: "MUG", name: "Mug", quantity: 3, unitPrice: 1500 },
    ],
  });
});

test("every line with an unknown SKU is named", () => {
  const refusal = { type: "unknown-sku", lines: [0, 2] };
  expect(
    price(
      requestOf([
        ["NO", 1],
        ["MUG", 1],
        ["NEVER", 1],
      ]),
      products,
    ),
  ).toEqual({ refusal });
});

test("every line that is sold in another currency is named", () => {
  const dollars = new Map(products).set("MUG", { ...mug, currency: "USD" });
  const refusal = { type: "currency-mismatch", lines: [1] };
  expect(
    price(
      requestOf([
        [tea.sku, 1],
        ["MUG", 1],
      ]),
      dollars,
    ),
  ).toEqual({ refusal });
});

test("an expected total is compared, never used", () => {
  expect(price(requestOf([["MUG", 2]], { expectedTotal: 3000 }), products)).toHaveProperty("lines");
  for (const expectedTotal of [0, 2999, 3001]) {
    expect(price(requestOf([["MUG", 2]], { expectedTotal }), products)).toEqual({
      refusal: { type: "price-changed", total: 3000 },
    });
  }
});

test("a total is at most what one charge can carry", () => {
  const dear = (unitPrice: number) => new Map([["MUG", { ...mug, unitPrice }]]);
  expect(price(requestOf([["MUG", 1]]), dear(99_999_999))).toHaveProperty("lines");
  expect(price(requestOf([["MUG", 2]]), dear(50_000_000))).toEqual({ refusal: { type: "amount-too-large" } });
});

const inCurrency = (currency: string, unitPrice: number, quantity: number) =>
  price(
    requestOf([["MUG", quantity]], { currency }),
    new Map([["MUG", { sku: "MUG", name: "Mug", currency, unitPrice }]]),
  );

test.each([
  ["EUR", 49, 50],
  ["EUR", 1, 50],
  ["GBP", 29, 30],
  ["JPY", 49, 50],
  ["HUF", 17_499, 17_500],
  ["KWD", 7, 10],
  ["MGA", 99, 100],
])("%s: a total of %i is too small, and the least is said", (currency, total, minimum) => {
  expect(inCurrency(currency, total, 1)).toEqual({
    refusal: { type: "amount-too-small", currency, minimum },
  });
  expect(inCurrency(currency, minimum, 1)).toHaveProperty("lines");
});

test("the total counts, not a line: what is too small alone is charged in numbers", () => {
  expect(inCurrency("EUR", 7, 7)).toHaveProperty("refusal.type", "amount-too-small");
  expect(inCurrency("EUR", 7, 8)).toHaveProperty("lines");
});

test.each([
  ["KWD", 1985, 1],
  ["MGA", 150_050, 1],
  ["KWD", 333, 7],
])("%s: a total of %i times %i cannot be charged so exactly", (currency, unitPrice, quantity) => {
  expect(inCurrency(currency, unitPrice, quantity)).toEqual({
    refusal: { type: "amount-not-chargeable", currency },
  });
  expect(inCurrency(currency, unitPrice, quantity * 100)).toHaveProperty("lines");
});

test.each(["ZZZ", "XXX", "BGN", "ANG"])("%s is no currency that is charged, whatever is sold", (currency) => {
  expect(inCurrency(currency, 1985, 1)).toEqual({ refusal: { type: "currency-not-supported" } });
});

test("the total is the sum of price times quantity, whatever the order of the lines", () => {
  const line = fc.tuple(fc.constantFrom("MUG", tea.sku), fc.integer({ min: 1, max: 999 }));
  fc.assert(
    fc.property(fc.array(line, { minLength: 1, maxLength: 50 }), (quantities) => {
      const expected = quantities.reduce((sum, [sku, n]) => sum + n * (products.get(sku)?.unitPrice ?? 0), 0);
      const priced = [quantities, quantities.toReversed()].map((each) => price(requestOf(each), products));
      for (const each of priced) {
        expect("lines" in each ? totalOf(each.lines) : each.refusal.type).toBe(
          expected > 99_999_999 ? "amount-too-large" : expected,
        );
      }
    }),
  );
});
