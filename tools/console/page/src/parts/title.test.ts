// What the browser's tab says.
import { expect, test } from "vitest";
import { tabTitle } from "./title.ts";

test.each([
  ["Shop", 0, "Shop · Order saga"],
  ["Order ord_1", 3, "(3) Order ord_1 · Order saga"],
  ["", 0, "Order saga"],
])("on %s with %i dead letters: %s", (screen, dead, title) => {
  expect(tabTitle(screen, dead)).toBe(title);
});
