// The counts in a reaction's box: short, and within the box whatever they are.
import { expect, test } from "vitest";
import { chipsWithin, shortCount } from "./counts.ts";

test.each([
  [0, "0"],
  [999, "999"],
  [1000, "1K"],
  [1234, "1.2K"],
  [47_000, "47K"],
  [123_456, "120K"],
  [2_500_000, "2.5M"],
])("%i is written %s", (count, text) => {
  expect(shortCount(count)).toBe(text);
});

test("a chip that does not fit is left out; those that fit do not touch each other", () => {
  const said = ["120K wait", "99 run", "12 min"].map((text) => ({ key: text, text, tone: "" }));
  const chips = chipsWithin(170, said);
  expect(chips.map(({ text }) => text)).toEqual(["120K wait", "99 run"]);
  const [one, other] = chips;
  expect(other?.left).toBeGreaterThan((one?.left ?? 0) + (one?.width ?? 0));
  expect((other?.left ?? 0) + (other?.width ?? 0)).toBeLessThanOrEqual(170);
});
