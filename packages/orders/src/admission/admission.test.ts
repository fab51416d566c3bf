// Who is refused: by which queue is late, never for an order that is known, and never because a gauge fails.
import { testNow } from "@order-saga/messaging/testing";
import { expect, test } from "vitest";
import { createMemoryGauges, createMemoryTurns } from "../store/admission-memory.ts";
import { minutes, orderIdOf, seconds } from "../testing.ts";
import { type Asking, createAdmission } from "./admission.ts";
import { termsOf } from "./gauge.ts";
import { PAYMENT, stockOf } from "./gauges.ts";
import { createLateness } from "./lateness.ts";
import type { GaugeStore } from "./ports.ts";
import { heardAtOnce } from "./testing.ts";

const terms = termsOf(450);

function aShop(gauges: GaugeStore = createMemoryGauges()) {
  const failures: unknown[] = [];
  const counts = { load: 0, save: 0, turns: 0 };
  const counted: GaugeStore = {
    load() {
      counts.load++;
      return gauges.load();
    },
    save(next) {
      counts.save++;
      return gauges.save(next);
    },
  };
  const failed = (error: unknown) => void failures.push(error);
  const turns = createMemoryTurns();
  const taking = () => createAdmission({ gauges: counted, turns, terms, failed });
  const hearing = () => createLateness({ gauges, terms, failed });
  return { counts, failures, hearing, taking };
}

let count = 0;
const asking = (given: Partial<Asking> = {}): Asking => ({
  orderId: orderIdOf(++count),
  skus: ["TEA"],
  isKnown: async () => false,
  now: testNow,
  ...given,
});

/** Orders that came `every` milliseconds are decided one a second, from a minute ago until now. */
async function lateIn(queue: string, hearing: ReturnType<ReturnType<typeof aShop>["hearing"]>, age: number) {
  for (let second = -60; second <= 0; second++)
    await heardAtOnce(hearing, [queue], testNow - age + second * 10, testNow + second * seconds);
}

/** As many orders as make a process look, all of them taken. */
async function busy(admission: ReturnType<ReturnType<typeof aShop>["taking"]>, until = testNow) {
  for (let second = -12; second < 0; second++)
    await admission.refuses(asking({ now: until + second * seconds, skus: ["MUG"] }));
}

test("a shop where all is in time reads once in ten seconds if it is busy, and writes nothing", async () => {
  const { counts, hearing, taking } = aShop();
  const [admission, lateness] = [taking(), hearing()];
  for (let second = 0; second < 100; second++) {
    const now = testNow + second * seconds;
    expect(await admission.refuses(asking({ now }))).toBeUndefined();
    await heardAtOnce(lateness, [PAYMENT, stockOf("TEA")], now - 2 * seconds, now);
  }
  expect(counts).toEqual({ load: 9, save: 0, turns: 0 });
  const quiet = aShop();
  const rarely = quiet.taking();
  for (let minute = 0; minute < 100; minute++)
    await rarely.refuses(asking({ now: testNow + minute * minutes }));
  expect(quiet.counts.load).toBe(0);
});

test("late payments refuse any order; the same one, asked before its turn, is told the same turn", async () => {
  const { hearing, taking } = aShop();
  await lateIn(PAYMENT, hearing(), 8 * minutes);
  const admission = taking();
  await busy(admission);
  const first = asking();
  const refused = await admission.refuses(first);
  expect(refused).toMatchObject({ queue: PAYMENT });
  const again = await admission.refuses({ ...first, now: testNow + 500 });
  expect(again?.until).toBe(refused?.until);
  // Another process knows the turn as well.
  const other = taking();
  await busy(other);
  expect((await other.refuses(first))?.until).toBe(refused?.until);
});

test("one late product refuses those who want it, and not the others", async () => {
  const { hearing, taking } = aShop();
  await lateIn(stockOf("HOT"), hearing(), 8 * minutes);
  const admission = taking();
  await busy(admission);
  expect(await admission.refuses(asking({ skus: ["TEA", "HOT"] }))).toMatchObject({ queue: "stock HOT" });
  expect(await admission.refuses(asking({ skus: ["TEA"] }))).toBeUndefined();
});

test("an order that was taken before is never refused", async () => {
  const { hearing, taking } = aShop();
  await lateIn(PAYMENT, hearing(), 8 * minutes);
  const admission = taking();
  await busy(admission);
  expect(await admission.refuses(asking({ isKnown: async () => true }))).toBeUndefined();
});

test("gauges that fail refuse none, and are told of", async () => {
  const down: GaugeStore = {
    load: () => Promise.reject(new Error("throttled")),
    save: () => Promise.reject(new Error("throttled")),
  };
  const { failures, hearing, taking } = aShop(down);
  await lateIn(PAYMENT, hearing(), 8 * minutes);
  const admission = taking();
  await busy(admission);
  admission.notPublished(testNow);
  expect(await admission.refuses(asking())).toBeUndefined();
  expect(failures.length).toBeGreaterThan(1);
});

test.each([
  ["a message that came again", 1],
  ["a few dead letters that were redriven beside fresh orders", 4],
])("%s is no lateness", async (_, stragglers) => {
  const { counts, hearing, taking } = aShop();
  const lateness = hearing();
  for (let second = 0; second <= 60; second++) {
    const now = testNow + (second - 60) * seconds;
    for (const placedAt of [now - 1 * seconds, now - 2 * seconds])
      await heardAtOnce(lateness, [PAYMENT], placedAt, now);
    if (second % 5 < stragglers / 4) await heardAtOnce(lateness, [PAYMENT], now - 10 * minutes, now);
  }
  const admission = taking();
  await busy(admission);
  expect(await admission.refuses(asking())).toBeUndefined();
  expect(counts.save).toBe(0);
});

test("a queue that has stopped refuses once its oldest order waits for longer than the limit", async () => {
  const { hearing, taking } = aShop();
  const lateness = hearing();
  /** A sweep each minute sees the orders of the last minute, none of them decided. */
  async function sweep(minute: number) {
    for (let order = 0; order < 5; order++)
      lateness.undecided([stockOf("TEA")], testNow + (minute - 1) * minutes + order * seconds);
    await lateness.flush(testNow + minute * minutes);
  }
  const refusedAt = async (minute: number) => {
    const now = testNow + minute * minutes;
    const admission = taking();
    await busy(admission, now);
    return admission.refuses(asking({ now }));
  };
  for (let minute = 1; minute <= 5; minute++) await sweep(minute);
  expect(await refusedAt(5)).toBeUndefined();
  for (let minute = 6; minute <= 8; minute++) await sweep(minute);
  expect(await refusedAt(8)).toMatchObject({ queue: "stock TEA" });
  // Nothing more is seen of it: it is over.
  expect(await refusedAt(11)).toBeUndefined();
});

test("two orders that a sweep finds undecided are no outage", async () => {
  const { counts, hearing } = aShop();
  const lateness = hearing();
  lateness.undecided([PAYMENT], testNow - minutes);
  lateness.undecided([PAYMENT], testNow - minutes);
  await lateness.flush(testNow);
  expect(counts.save).toBe(0);
});

test("while the bus refuses, orders are taken for as long as the limit, and then one in five seconds", async () => {
  const { taking } = aShop();
  const admission = taking();
  const other = taking();
  admission.notPublished(testNow);
  const answer = async (second: number) => {
    const now = testNow + second * seconds;
    const refused = await admission.refuses(asking({ now }));
    if (!refused) admission.notPublished(now);
    return refused;
  };
  for (let second = 0; second < 400; second += 5) expect(await answer(second)).toBeUndefined();
  const refused = [];
  for (let second = 460; second < 480; second++) refused.push((await answer(second)) !== undefined);
  expect(refused.filter((each) => !each)).toHaveLength(4);
  await busy(other, testNow + 480 * seconds);
  expect(await other.refuses(asking({ now: testNow + 479 * seconds, skus: ["TEA"] }))).toMatchObject({
    queue: "bus",
  });
  admission.published();
  expect(await answer(481)).toBeUndefined();
  expect(await other.refuses(asking({ now: testNow + 484 * seconds }))).toBeUndefined();
});

test("a process that was frozen, and one whose clock was put back, read again before they refuse", async () => {
  const { hearing, taking } = aShop();
  await lateIn(PAYMENT, hearing(), 8 * minutes);
  const admission = taking();
  await busy(admission);
  expect(await admission.refuses(asking())).toBeDefined();
  const later = testNow + 30 * minutes;
  expect(await admission.refuses(asking({ now: later }))).toBeUndefined();
  expect(await admission.refuses(asking({ now: testNow + 20 * minutes }))).toBeUndefined();
});
