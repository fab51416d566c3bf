// Patterns are compared by what they accept, not by how they are written.
import { expect, test } from "vitest";
import { comparePatterns } from "./patterns.ts";

test.each([
  ["^[A-Z]{3}$", "^[A-Z]{3}$", "same"],
  ["^[A-Z]{3}$", "^[A-Z][A-Z][A-Z]$", "same"],
  ["^[A-Z]{3}$", "^[A-Z]{3,4}$", "wider"],
  ["^[A-Z]{3}$", "^[A-Za-z]{3}$", "wider"],
  ["^[A-Z]{3}$", "^EUR$|^USD$", "narrower"],
  ["^[A-Z]{3}$", "[A-Z]{3}", "wider"],
  ["^[A-Z]{3}$", "^[a-z]{3}$", "other"],
  ["^[A-Z]{3}$", "^[A-Z]{2}.$", "wider"],
  ["^v1\\.[\\w-]{20}\\.[\\w-]{38,400}$", "^v[12]\\.[\\w-]{20}\\.[\\w-]{38,400}$", "wider"],
  ["\\.\\d{3}Z$", "Z$", "wider"],
  ["^a|b$", "^ab$", "narrower"],
  ["^[A-Z]{3}$", "^(?=E)[A-Z]{3}$", undefined],
] as const)("%s before %s is %s", (before, after, expected) => {
  expect(comparePatterns(before, after)).toBe(expected);
});
