// Money is whole minor units in a named currency.
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { Amount, Currency, totalOf } from "./money.ts";

test.each([0, 1, 99_999_999])("%i is an amount", (amount) => {
  expect(Amount.parse(amount)).toBe(amount);
});

test.each([-1, 9.9, 100_000_000, Number.NaN, Number.POSITIVE_INFINITY, "990", null, 2 ** 53])(
  "%s is no amount",
  (amount) => {
    expect(Amount.safeParse(amount).success).toBe(false);
  },
);

test.each(["eur", "EURO", "EU", "€", ""])("%j is no currency", (currency) => {
  expect(Currency.safeParse(currency).success).toBe(false);
});

test("a total is the sum of the lines, whatever their order, and never a fraction", () => {
  const line = fc.record({ quantity: fc.integer({ min: 1, max: 999 }), unitPrice: fc.nat(99_999_999) });
  fc.assert(
    fc.property(fc.array(line, { maxLength: 50 }), (lines) => {
      const sum = lines
        .map((each) => BigInt(each.quantity) * BigInt(each.unitPrice))
        .reduce((a, b) => a + b, 0n);
      expect(BigInt(totalOf(lines))).toBe(sum);
      expect(totalOf(lines.toReversed())).toBe(totalOf(lines));
    }),
  );
});
