// Card numbers are found wherever they stand, and other digits are left alone.
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { containsCardNumber } from "./card-number.ts";

test.each([
  "4242424242424242",
  "4242 4242 4242 4242",
  "4242-4242-4242-4242",
  "3782 822463 10005",
  "6304000000000000000",
  "4222222222222",
  '{"reason":"my card is 5555 5555 5555 4444, thanks"}',
  "4242 4242 4242 4242 123",
  "4242424242424242 12/27",
  "room 7 4242424242424242",
  "pm_4242424242424242",
])("%s holds a card number", (text) => {
  expect(containsCardNumber(text)).toBe(true);
});

test.each([
  "",
  "4242424242424241",
  "424242424242",
  "42424242424242424242424242",
  "2026-11-23T09:15:00.000Z",
  "ord_4f3c2a1b0d9e8f7a6b5c4d3e2f1a0b9c",
  '{"quantity":2,"unitPrice":990,"amount":99999999}',
  "4242,4242,4242,4242",
])("%s holds none", (text) => {
  expect(containsCardNumber(text)).toBe(false);
});

/** Any 12 to 18 digits with the check digit of ISO/IEC 7812-1 behind them. */
const cardNumber = fc.array(fc.nat(9), { minLength: 12, maxLength: 18 }).map((digits) => {
  const sum = digits.toReversed().reduce((total, digit, index) => {
    const weighed = index % 2 === 0 ? digit * 2 : digit;
    return total + (weighed > 9 ? weighed - 9 : weighed);
  }, 0);
  return [...digits, (10 - (sum % 10)) % 10];
});

test("any number with a right check digit is found, however it is grouped and whatever stands around it", () => {
  const around = fc.stringMatching(/^[a-z,:"]{0,10}$/);
  const gaps = fc.array(fc.constantFrom("", "", " ", "-"), { minLength: 19, maxLength: 19 });
  fc.assert(
    fc.property(cardNumber, gaps, around, around, (digits, gap, before, after) => {
      const grouped = digits
        .map((digit, index) => (index === 0 ? `${digit}` : `${gap[index]}${digit}`))
        .join("");
      expect(containsCardNumber(`${before}${grouped}${after}`)).toBe(true);
    }),
  );
});

test("one wrong digit, and it is no card number", () => {
  fc.assert(
    fc.property(cardNumber, fc.nat(18), fc.integer({ min: 1, max: 9 }), (digits, place, by) => {
      const index = place % digits.length;
      const wrong = digits.map((digit, at) => (at === index ? (digit + by) % 10 : digit)).join("");
      expect(containsCardNumber(wrong)).toBe(false);
    }),
  );
});

test("a body full of digits is read in no time", () => {
  const begun = performance.now();
  containsCardNumber("1 ".repeat(16_000));
  expect(performance.now() - begun).toBeLessThan(1000);
});
