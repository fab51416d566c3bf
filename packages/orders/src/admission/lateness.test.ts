// Which orders are told of as late, and how much is written of it.
import { testNow } from "@order-saga/messaging/testing";
import { expect, test } from "vitest";
import { createMemoryGauges } from "../store/admission-memory.ts";
import { minutes, seconds } from "../testing.ts";
import { termsOf, waitOf } from "./gauge.ts";
import { PAYMENT, stockOf } from "./gauges.ts";
import { createLateness } from "./lateness.ts";
import type { GaugeStore } from "./ports.ts";
import { heardAtOnce } from "./testing.ts";

const terms = termsOf(450);

function aGauge() {
  const gauges = createMemoryGauges();
  let saves = 0;
  const counted: GaugeStore = {
    load: gauges.load,
    save(next) {
      saves++;
      return gauges.save(next);
    },
  };
  const lateness = createLateness({
    gauges: counted,
    terms,
    failed: (error) => {
      throw error;
    },
  });
  return { lateness, gauge: async (name: string) => (await gauges.load()).of[name], saves: () => saves };
}

test("late orders are told of once in five seconds, however many there are", async () => {
  const { gauge, lateness, saves } = aGauge();
  for (let tick = 0; tick <= 600; tick++)
    await heardAtOnce(lateness, [PAYMENT], testNow - minutes + tick * 10, testNow + tick * 100);
  expect(saves()).toBe(12);
  const { decided, middle, since } = (await gauge(PAYMENT)) ?? {};
  expect(decided).toBeGreaterThan(500);
  // The middle of the last ones.
  expect(middle).toBeGreaterThan(testNow - minutes + 5900 - 30 * 10);
  expect(since).toBeLessThan(testNow - minutes + 100);
});

test("who told of late orders goes on until they are in time again, so that it is known", async () => {
  const { gauge, lateness, saves } = aGauge();
  for (let second = 0; second < 60; second++)
    await heardAtOnce(lateness, [PAYMENT], testNow - minutes, testNow + second * seconds);
  for (let second = 60; second < 300; second++)
    await heardAtOnce(lateness, [PAYMENT], testNow + (second - 1) * seconds, testNow + second * seconds);
  expect((await gauge(PAYMENT))?.middle).toBeGreaterThan(testNow + 150 * seconds);
  const before = saves();
  for (let second = 300; second < 400; second++)
    await heardAtOnce(lateness, [PAYMENT], testNow + (second - 1) * seconds, testNow + second * seconds);
  expect(saves()).toBe(before);
});

test("orders that are decided at once, and seldom, are not late when the third is heard of", async () => {
  const { lateness, saves } = aGauge();
  for (let order = 0; order < 20; order++) {
    const now = testNow + order * 25 * seconds;
    await heardAtOnce(lateness, [PAYMENT], now - 1 * seconds, now);
  }
  expect(saves()).toBe(0);
});

test("the first that is told of late orders has how many are decided in a second", async () => {
  const { gauge, lateness } = aGauge();
  for (let order = 0; order <= 20; order++)
    await heardAtOnce(lateness, [PAYMENT], testNow - minutes, testNow + order * 500);
  const known = await gauge(PAYMENT);
  expect(known && waitOf(known, testNow + 5 * seconds, terms)?.rate).toBeCloseTo(0.002, 5);
});

test("beyond a dozen late products, the stock of all is late", async () => {
  const { gauge, lateness } = aGauge();
  for (let second = 0; second < 20; second++)
    for (let product = 0; product < 20; product++)
      await heardAtOnce(lateness, [stockOf(`SKU-${product}`)], testNow - minutes, testNow + second * seconds);
  expect(await gauge(stockOf("SKU-0"))).toBeDefined();
  expect(await gauge("stock")).toBeDefined();
  expect(await gauge(stockOf("SKU-19"))).toBeUndefined();
});
