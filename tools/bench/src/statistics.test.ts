// A median is one long measurement's match.
import { expect, test } from "vitest";
import { median, quantile } from "./statistics.ts";

test("one measurement that took long changes nothing", () => {
  expect(median([3, 1, 2])).toBe(2);
  expect(median([3, 1, 2_000_000])).toBe(3);
});

test("a quantile lies between its neighbours", () => {
  expect(median([1, 2, 3, 4])).toBe(2.5);
  expect(quantile([0, 10], 0.9)).toBe(9);
  expect(median([])).toBeNaN();
});
