// Durations and money as a person reads them.
import { expect, test } from "vitest";
import { formatAmount, formatDuration, formatMoney, formatOffset } from "./format.ts";

test.each([
  [0, "0 ms"],
  [999.4, "999 ms"],
  [3_240, "3.2 s"],
  [59_400, "59 s"],
  [250_000, "4 min 10 s"],
  [3_600_000, "1 h"],
  [7_500_000, "2 h 5 min"],
  [273_600_000, "3 d 4 h"],
])("%d ms are %s", (milliseconds, words) => {
  expect(formatDuration(milliseconds)).toBe(words);
});

test("what rounds up to the next unit is written in it", () => {
  expect(formatDuration(999.6)).toBe("1.0 s");
  expect(formatDuration(9_960)).toBe("10 s");
  expect(formatDuration(59_600)).toBe("1 min");
});

test.each([
  [0, "+0 ms"],
  [1_250, "+1.25 s"],
  [183_050, "+3 min 3.05 s"],
  [3_600_000, "+1 h"],
])("%d ms on an axis are %s", (milliseconds, words) => {
  expect(formatOffset(milliseconds)).toBe(words);
});

test("minor units of a currency: cents, none, thousandths", () => {
  expect(formatMoney(1980, "EUR")).toBe("19.80\u00a0EUR");
  expect(formatMoney(1980, "JPY")).toBe("1,980\u00a0JPY");
  expect(formatMoney(1980, "KWD")).toBe("1.980\u00a0KWD");
  expect(formatMoney(150_000, "HUF")).toBe("1,500.00\u00a0HUF");
  expect(formatAmount(1980, "EUR")).toBe("19.80");
  expect(formatAmount(150_003, "IDR")).toBe("1,500.03");
});
