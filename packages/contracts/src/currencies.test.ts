// Every currency of the table, compared with what Stripe and ISO 4217 publish.
import * as iso from "dinero.js/currencies";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import {
  decimalOf,
  fromProviderAmount,
  isCharged,
  minimumOf,
  minorDigitsOf,
  moneyFormat,
  stepOf,
  toProviderAmount,
  withCurrency,
} from "./currencies.ts";
import published from "./currencies-published.json" with { type: "json" };
import { Amount } from "./money.ts";

const listed = (text: string) => text.split(" ");
const threeDecimal = listed(published.threeDecimal);
const charged = [...published.presentment.flatMap(listed), ...threeDecimal].filter(
  (each) => !listed(published.withdrawn).includes(each),
);
const minimums: Readonly<Record<string, string>> = published.minimums;
const isoCurrencies = iso as unknown as Record<string, { base: number; exponent: number } | undefined>;

const isoDigitsOf = (currency: string) => {
  const { base = 10, exponent } = isoCurrencies[currency] ?? {};
  return base === 10 ? exponent : 2;
};

const providerDigitsOf = (currency: string) => {
  if (listed(published.twoDecimalsAlwaysZero).includes(currency)) return 2;
  if (listed(published.zeroDecimal).includes(currency)) return 0;
  return threeDecimal.includes(currency) ? 3 : 2;
};

test("every code of three letters is charged if the provider lists it and ISO 4217 still has it", () => {
  const letters = [..."ABCDEFGHIJKLMNOPQRSTUVWXYZ"];
  const all = letters.flatMap((a) => letters.flatMap((b) => letters.map((c) => a + b + c)));
  expect(all.filter(isCharged)).toEqual(charged.toSorted());
  expect(charged.filter((each) => isoCurrencies[each] === undefined)).toEqual([]);
  expect(listed(published.withdrawn).filter((each) => isoCurrencies[each])).toEqual([]);
});

test.each(["", " ", "eur", "EU", "R E", "EUR USD", "AED AFN"])("%j is not charged", (currency) => {
  expect(isCharged(currency)).toBe(false);
});

test.each(charged)("%s has ISO 4217's digits, and at the provider those it publishes", (currency) => {
  expect(minorDigitsOf(currency)).toBe(isoDigitsOf(currency));
  const whole = 10 ** minorDigitsOf(currency);
  expect(toProviderAmount(7 * whole, currency)).toBe(7 * 10 ** providerDigitsOf(currency));
  expect(fromProviderAmount(7 * 10 ** providerDigitsOf(currency), currency)).toBe(7 * whole);
});

test.each(charged)("%s: every step is charged as it is, and nothing between two steps", (currency) => {
  const isThree = threeDecimal.includes(currency);
  const step = isThree ? 10 : 10 ** Math.max(0, minorDigitsOf(currency) - providerDigitsOf(currency));
  expect(stepOf(currency)).toBe(step);
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 9_999_999 }), (amount) => {
      if (amount % step !== 0) {
        expect(() => toProviderAmount(amount, currency)).toThrow(RangeError);
        return;
      }
      const sent = toProviderAmount(amount, currency);
      expect(Number.isInteger(sent)).toBe(true);
      expect(fromProviderAmount(sent, currency)).toBe(amount);
      if (isThree) expect(sent % 10).toBe(0);
      if (listed(published.twoDecimalsAlwaysZero).includes(currency)) expect(sent % 100).toBe(0);
    }),
    { numRuns: 50 },
  );
  const dearest = 99_999_999 - (99_999_999 % step);
  expect(Amount.parse(dearest)).toBe(dearest);
  expect(String(toProviderAmount(dearest, currency)).length).toBeLessThanOrEqual(published.maximumDigits);
});

test.each(charged)("the least charge of %s is the published one, and can be charged", (currency) => {
  const given = minimums[currency];
  const least = given === undefined ? stepOf(currency) : Number(given) * 10 ** minorDigitsOf(currency);
  expect(minimumOf(currency)).toBe(least);
  expect(minimumOf(currency) % stepOf(currency)).toBe(0);
});

test.each([
  ["EUR", 1983, 1983],
  ["HUF", 150_001, 150_001],
  ["JPY", 1983, 1983],
  ["KWD", 1990, 1990],
  ["ISK", 5003, 500_300],
  ["UGX", 40_001, 4_000_100],
  ["MGA", 150_100, 1501],
])("%s: %i minor units are the provider's %i", (currency, amount, provider) => {
  expect(toProviderAmount(amount, currency)).toBe(provider);
  expect(fromProviderAmount(provider, currency)).toBe(amount);
});

test.each([
  ["KWD", 1985],
  ["MGA", 150_050],
  ["EUR", 19.83],
  ["EUR", Number.NaN],
])("%s: %d cannot be charged", (currency, amount) => {
  expect(() => toProviderAmount(amount, currency)).toThrow(`${amount} minor units of ${currency}`);
});

test("what the provider took is no fraction of ISO 4217's minor unit", () => {
  expect(() => fromProviderAmount(500_350, "ISK")).toThrow("500350 ISK");
});

test.each([
  [1983, "EUR", "19.83"],
  [7, "EUR", "0.07"],
  [0, "EUR", "0.00"],
  [-45, "EUR", "-0.45"],
  [-1983, "JPY", "-1983"],
  [1983, "KWD", "1.983"],
  [150_000, "HUF", "1500.00"],
  [500_003, "ISK", "500003"],
])("%i minor units of %s are %s", (amount, currency, decimal) => {
  expect(decimalOf(amount, currency)).toBe(decimal);
});

test.each([
  [-123_456_789, "EUR", "-1,234,567.89 EUR"],
  [99_999, "JPY", "99,999 JPY"],
  [1_234_567, "KWD", "1,234.567 KWD"],
])("%i minor units of %s are told as %s", (amount, currency, words) => {
  expect(withCurrency(amount, currency)).toBe(words);
});

test.each(charged)(
  "an amount of %s is written with ISO 4217's digits, whatever is the custom",
  (currency) => {
    const digits = minorDigitsOf(currency);
    const whole = Math.floor(1_234_567 / 10 ** digits).toLocaleString("en");
    const fraction = digits === 0 ? "" : `.${"1234567".slice(-digits)}`;
    expect(moneyFormat("en", currency)(1_234_567)).toMatch(
      new RegExp(`^\\D*${whole}${fraction.replace(".", "[.]")}$`),
    );
    expect(withCurrency(1_234_567, currency)).toBe(`${whole}${fraction} ${currency}`);
  },
);
