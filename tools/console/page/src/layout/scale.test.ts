// The axis: linear where something happens, folded where nothing does, and never backwards.
import fc from "fast-check";
import { expect, test } from "vitest";
import { foldedScale, type Interval, ticks } from "./scale.ts";

const moment = (at: number): Interval => ({ from: at, to: at });

test("what happens within a moment is drawn to scale over the whole width", () => {
  const { x, folds, width } = foldedScale([{ from: 0, to: 100 }, moment(50)], 1000);
  expect([x(0), x(50), x(100), width]).toEqual([0, 500, 1000, 1000]);
  expect(folds).toEqual([]);
});

test("three minutes of waiting are a break that says how long it was", () => {
  const { x, folds } = foldedScale(
    [
      { from: 0, to: 100 },
      { from: 180_000, to: 180_100 },
    ],
    1000,
  );
  expect(folds).toMatchObject([{ milliseconds: 179_900 }]);
  const [fold] = folds;
  expect(x(100)).toBeCloseTo(fold?.x ?? Number.NaN);
  expect(x(180_000)).toBeCloseTo((fold?.x ?? 0) + (fold?.width ?? 0));
  expect(x(180_100) - x(180_000)).toBeCloseTo(x(100) - x(0));
});

test("a break takes its room from what happens, and what took longer has more of it", () => {
  const { segments, width } = foldedScale(
    [
      { from: 0, to: 100 },
      { from: 180_000, to: 180_300 },
    ],
    1000,
  );
  const [short, long] = segments.map((segment) => segment.width);
  expect(width).toBeCloseTo(1000);
  expect(long).toBeGreaterThan((short ?? 0) * 2);
});

test("an idle second beside work that took seconds is not folded", () => {
  const activity = [
    { from: 0, to: 3000 },
    { from: 4000, to: 6000 },
  ];
  expect(foldedScale(activity, 1000).folds).toEqual([]);
});

test("work that ran at the same time counts once: it does not hide how long nothing happened", () => {
  const crowd = Array.from({ length: 20 }, () => ({ from: 0, to: 400 }));
  expect(foldedScale([...crowd, moment(2400)], 1000).folds).toHaveLength(1);
});

const activity = fc.array(
  fc
    .tuple(fc.integer({ min: 0, max: 10_000_000 }), fc.integer({ min: 0, max: 5000 }))
    .map(([from, length]) => ({ from, to: from + length })),
  { minLength: 1, maxLength: 30 },
);

test("later is never further left, and everything is within the width", () => {
  fc.assert(
    fc.property(activity, (intervals) => {
      const scale = foldedScale(intervals, 1200);
      const times = intervals.flatMap(({ from, to }) => [from, to]).sort((a, b) => a - b);
      const places = times.map(scale.x);
      for (const [index, place] of places.entries()) {
        // Two sums of widths may differ in their last digit.
        expect(place).toBeGreaterThanOrEqual((places[index - 1] ?? 0) - 1e-6);
        expect(place).toBeLessThanOrEqual(scale.width + 1e-6);
      }
      expect(scale.width).toBeGreaterThanOrEqual(1199.999);
    }),
  );
});

test("ticks are round, apart, and not within a break", () => {
  fc.assert(
    fc.property(activity, (intervals) => {
      const scale = foldedScale(intervals, 1200);
      const found = ticks(scale);
      for (const { x } of found) {
        const inside = scale.folds.filter((fold) => x > fold.x + 0.001 && x < fold.x + fold.width - 0.001);
        expect(inside).toEqual([]);
      }
      for (const [index, { x }] of found.entries()) {
        const before = found[index - 1];
        if (before) expect(x - before.x).toBeGreaterThan(90);
      }
    }),
  );
});
