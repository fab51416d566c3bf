// Waiting for an order: how often it is looked at, in which places, and what becomes of a place.
import { hashText } from "@order-saga/messaging/hash-text";
import { testNow } from "@order-saga/messaging/testing";
import { expect, test } from "vitest";
import { createMemoryWaitPlaces } from "./store/wait-places-memory.ts";
import { createWaiting, type WaitPlaces, waitSecondsOf } from "./waiting.ts";

/** Waits that end at once; what was asked of the places, and how long was waited. */
function aShop(count: number, places: WaitPlaces = createMemoryWaitPlaces()) {
  const clock = { now: testNow };
  const waits: number[] = [];
  const taken: [place: number, until: number, now: number][] = [];
  const freed: [place: number, until: number][] = [];
  const noted: WaitPlaces = {
    take: async (...given) => {
      taken.push(given);
      return places.take(...given);
    },
    free: async (...given) => {
      freed.push(given);
      await places.free(...given);
    },
  };
  const wait = async (milliseconds: number) => {
    waits.push(milliseconds);
    clock.now += milliseconds;
  };
  const waiting = createWaiting({ places: noted, count, now: () => clock.now, wait });
  return { clock, waits, taken, freed, waiting };
}

const never = async () => undefined;

test.each(["1", "9", "10", "19", "20"])("%s seconds may be waited", (wait) => {
  expect(waitSecondsOf({ wait })).toBe(Number(wait));
});

test("without the parameter nobody waits", () => {
  expect(waitSecondsOf({})).toBe(0);
});

test("pauses double up to a second, and the last ends with the time", async () => {
  const { waiting, waits } = aShop(7);
  expect(await waiting("ada", 5, never)).toBe("time-over");
  expect(waits).toEqual([200, 400, 800, 1000, 1000, 1000, 600]);
});

test("what has changed is answered after the look that found it", async () => {
  const { waiting, waits } = aShop(7);
  let looks = 0;
  expect(await waiting("ada", 20, async () => (++looks === 3 ? "changed" : undefined))).toEqual({
    changed: "changed",
  });
  expect(waits).toEqual([200, 400, 800]);
});

test("a place is taken for five seconds more than the wait, and freed after it", async () => {
  const { freed, taken, waiting } = aShop(7);
  await waiting("ada", 3, never);
  const place = hashText("ada") % 7;
  expect(taken).toEqual([[place, testNow + 8000, testNow]]);
  expect(freed).toEqual([[place, testNow + 8000]]);
});

test("a place is freed if the look fails, and a place that cannot be freed is nobody's trouble", async () => {
  const { freed, waiting } = aShop(7);
  const failing = waiting("ada", 3, async () => Promise.reject(new Error("The table does not answer.")));
  await expect(failing).rejects.toThrow("does not answer");
  expect(freed).toHaveLength(1);
  const free = async () => Promise.reject(new Error("The table does not answer."));
  const stuck = aShop(7, { take: async () => true, free });
  expect(await stuck.waiting("ada", 3, never)).toBe("time-over");
});

test.each([
  [7, 3],
  [3, 3],
  [2, 2],
  [0, 0],
])("of %i places a customer tries %i, from a first of their own on", async (count, tried) => {
  const { freed, taken, waiting, waits } = aShop(count, { take: async () => false, free: async () => {} });
  expect(await waiting("ada", 3, never)).toBe("no-place");
  const first = hashText("ada");
  expect(taken.map(([place]) => place)).toEqual(Array.from({ length: tried }, (_, n) => (first + n) % count));
  expect([waits, freed]).toEqual([[], []]);
});
