// A picture is well-formed, and as long as what it shows.
import { expect, test } from "vitest";
import { barPicture, linePicture } from "./picture.ts";

test("bars are proportional, and words in them are escaped", () => {
  const drawn = barPicture(
    "A < B",
    [{ name: "x & y", colour: "#000" }],
    [
      { label: "all", values: [10] },
      { label: "half", values: [5] },
    ],
    String,
  );
  expect([...drawn.matchAll(/width="([\d.]+)" height="8"/g)].map(([, width]) => Number(width))).toEqual([
    560, 280,
  ]);
  expect(drawn).toContain("A &#60; B");
  expect(drawn).toContain("x &#38; y");
});

test("a line leaves out what is beyond the axes", () => {
  const axis = { from: 1, to: 100, ticks: [10], format: String, says: "axis" };
  const drawn = linePicture("lines", [{ name: "a", colour: "#000", at: (x) => x * 10 }], axis, axis);
  const [, points = ""] = /points="([^"]*)"/.exec(drawn) ?? [];
  expect(points.split(" ")).toHaveLength(81);
});
