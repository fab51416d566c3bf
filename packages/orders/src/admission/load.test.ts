// More orders than can be decided: who is taken is decided in time, and who is not is told when to come.
import { expect, test } from "vitest";
import { type Load, playLoad } from "./testing.ts";

const sale: Load = {
  seconds: 600,
  decideWithinSeconds: 900,
  coming: () => 40,
  decided: () => 5,
  returning: 1,
};

test.each([
  ["none comes again", { returning: 0 }],
  ["one in twenty comes again", { returning: 0.05 }],
  ["half of them come again", { returning: 0.5 }],
  ["all come again, and the rush is over after five minutes", { coming: rush(300, 40), seconds: 2500 }],
  ["hardly more come than can be decided", { coming: rush(900, 9), seconds: 1500 }],
  ["twenty processes take some, and ten hear", { taking: 20, hearing: 10, coming: rush(200, 40) }],
  ["each is to be decided in two minutes", { decideWithinSeconds: 120, coming: rush(90, 40), seconds: 600 }],
] satisfies [string, Partial<Load>][])("more orders than can be decided, of which %s", async (_, given) => {
  const { idle, late, ratios, refused, right } = await playLoad({ ...sale, ...given });
  expect(refused).toBeGreaterThan(0);
  expect(late).toBe(0);
  // Until the first order is there.
  expect(idle).toBeLessThan(5);
  if (ratios.length === 0) return;
  // Who comes again when told to is taken then, or has been told to within a factor of two.
  expect(right).toBeGreaterThan(0.9);
  expect(ratios[ratios.length >> 1]).toBeLessThan(1.1);
});

/** Small rushes, of which most are over before much is known: pooled, since few of each are refused. */
const small = [50, 100, 300].flatMap((orders) =>
  [2, 5, 20].flatMap((perSecond) =>
    [10, 20, 60, 120].flatMap((decideWithinSeconds) =>
      [5, 15, 30].map((seconds) => ({ orders, perSecond, decideWithinSeconds, seconds })),
    ),
  ),
);

test("small rushes: who comes again when told to is taken", async () => {
  const told: { orders: number; ratio: number }[] = [];
  for (const seed of [1, 2, 3, 4])
    for (const { decideWithinSeconds, orders, perSecond, seconds } of small) {
      const { ratios } = await playLoad({
        seed,
        decideWithinSeconds,
        seconds: seconds + (2 * orders) / perSecond + 120,
        coming: rush(seconds, orders / seconds),
        decided: () => perSecond,
        returning: 1,
      });
      told.push(...ratios.map((ratio) => ({ orders, ratio })));
    }
  for (const orders of [50, 100, 300]) {
    const ratios = told.flatMap((each) => (each.orders === orders ? each.ratio : []));
    expect(ratios.length).toBeGreaterThan(20);
    expect(ratios.filter((ratio) => ratio >= 0.5 && ratio <= 2).length / ratios.length).toBeGreaterThan(0.9);
  }
});

test("after the rush the first is taken again as soon as there is room", async () => {
  const rushes = (second: number) => (second < 120 ? 40 : second > 700 ? 1 : 0);
  const { admitted, refused } = await playLoad({ ...sale, coming: rushes, returning: 0, seconds: 760 });
  expect(refused).toBeGreaterThan(0);
  const calm = await playLoad({ ...sale, coming: (second) => (second > 700 ? 1 : 0), seconds: 760 });
  expect(calm.refused).toBe(0);
  expect(admitted).toBe(40 * 120 + calm.admitted - refused);
});

test("less than can be decided: none is refused, however uneven", async () => {
  const uneven = (second: number) => (Math.floor(second / 5) % 2 ? 8 : 0);
  const { refused } = await playLoad({ ...sale, coming: uneven });
  expect(refused).toBe(0);
});

test("an outage of ten minutes with few orders: all of them can be decided after it, and are taken", async () => {
  const outage = (second: number) => (second > 60 && second < 460 ? 0 : 20);
  const { late, refused } = await playLoad({ ...sale, coming: () => 5, decided: outage });
  expect({ late, refused }).toEqual({ late: 0, refused: 0 });
});

function rush(until: number, perSecond: number) {
  return (second: number) => (second < until ? perSecond : 0);
}
