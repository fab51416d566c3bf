// How much is let through in a second, whatever the second.
import { expect, test } from "vitest";
import { createRateLimits } from "./rate-limits.ts";

test("so many are let through in any second, each limit by itself", () => {
  let now = 0;
  const { lets } = createRateLimits(() => now);
  const asked = (at: number, limit = "a") => {
    now = at;
    return lets(limit, 3);
  };
  expect([0, 10, 900, 950, 999].map((at) => asked(at))).toEqual([true, true, true, false, false]);
  expect(asked(999, "b")).toBe(true);
  expect([1000, 1009, 1010, 1899, 1900].map((at) => asked(at))).toEqual([true, false, true, false, true]);
});
