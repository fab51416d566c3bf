// Bars keep their proportions, lines their places.
import { expect, test } from "vitest";
import { bars, lines, table } from "./chart.ts";

test("a bar of half the value is half as long", () => {
  const drawn = bars(
    [
      { label: "a", value: 2, text: "two" },
      { label: "long", value: 1, text: "one" },
    ],
    8,
  );
  expect(drawn).toBe("  a     ████████ two\n  long  ████ one");
});

test("nothing but zeroes draws nothing, and does not divide by it", () => {
  expect(bars([{ label: "a", value: 0, text: "-" }])).toBe("  a   -");
});

test("a line that is proportional goes from corner to corner", () => {
  const axis = { from: 1, to: 100, format: String };
  const drawn = lines([{ name: "x", mark: "*", at: (x) => x }], axis, axis, { width: 3, height: 3 }).split(
    "\n",
  );
  expect(drawn.slice(0, 3).map((line) => line.slice(12))).toEqual(["  *", " * ", "*  "]);
});

test("columns of a table are aligned", () => {
  expect(
    table([
      ["name", "n"],
      ["a", "100"],
    ]),
  ).toBe("  name    n\n  a     100");
});
