// Chance is the same for the same seed, and looks like chance.
import { expect, test } from "vitest";
import { createRandom, fraction, hashText, mix } from "./random.ts";

test("the same seed draws the same, another seed something else", () => {
  const draw = (seed: number) => {
    const random = createRandom(seed);
    return Array.from({ length: 20 }, () => random.next());
  };
  expect(draw(7)).toEqual(draw(7));
  expect(draw(7)).not.toEqual(draw(8));
});

test("whole numbers reach both of their ends and every one between, about as often", () => {
  const random = createRandom(3);
  const counts = new Map<number, number>();
  for (let round = 0; round < 6000; round++) {
    const drawn = random.whole(1, 6);
    counts.set(drawn, (counts.get(drawn) ?? 0) + 1);
  }
  expect([...counts.keys()].sort()).toEqual([1, 2, 3, 4, 5, 6]);
  for (const count of counts.values()) expect(Math.abs(count - 1000)).toBeLessThan(150);
});

test("shuffling keeps every element, and is not the order it began with", () => {
  const all = Array.from({ length: 50 }, (_, index) => index);
  const shuffled = createRandom(5).shuffled(all);
  expect(shuffled).not.toEqual(all);
  expect(shuffled.toSorted((a, b) => a - b)).toEqual(all);
});

test("the chances of neighbouring occurrences have nothing to do with each other", () => {
  const hash = mix(hashText("payment-capture-payment/write/1"), 42);
  const chances = Array.from({ length: 4000 }, (_, nth) => fraction(mix(mix(hash, nth), 1)));
  const mean = chances.reduce((sum, each) => sum + each, 0) / chances.length;
  const steps = chances.slice(1).map((each, index) => (each > (chances[index] ?? 0) ? 1 : 0) as number);
  const rises = steps.reduce((sum, each) => sum + each, 0) / steps.length;
  expect(Math.abs(mean - 0.5)).toBeLessThan(0.03);
  expect(Math.abs(rises - 0.5)).toBeLessThan(0.04);
});
