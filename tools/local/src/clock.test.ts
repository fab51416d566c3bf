import { afterEach, expect, test } from "vitest";
import { advanceClock, createClockOffset, followClock } from "./clock.ts";

let restore = () => {};
afterEach(() => restore());

test("every way to read the time follows the clock that was moved forward", () => {
  const before = Date.now();
  const offset = createClockOffset();
  restore = followClock(offset);
  advanceClock(offset, 3_600_000);
  const now = Date.now();
  expect(now - before).toBeGreaterThanOrEqual(3_600_000);
  expect(Date.now() - now).toBeLessThan(1000);
  expect(new Date() instanceof Date).toBe(true);
  expect(Date.parse(Date()) - before).toBeGreaterThanOrEqual(3_600_000 - 1000); // To the second.
  class Moment extends Date {}
  expect(new Moment().getTime() - before).toBeGreaterThanOrEqual(3_600_000);
  expect(new Moment()).toBeInstanceOf(Moment);
});

test("a date made from a given moment is not moved", () => {
  const offset = createClockOffset();
  restore = followClock(offset);
  advanceClock(offset, 3_600_000);
  expect(new Date(0).toISOString()).toBe("1970-01-01T00:00:00.000Z");
  expect(new Date(2026, 0, 1).getFullYear()).toBe(2026);
  expect(Date.UTC(2026, 0, 1)).toBe(1_767_225_600_000);
  expect(Date.parse("2026-01-01T00:00:00Z")).toBe(1_767_225_600_000);
});

test("the machine's clock is put back", () => {
  const original = Date;
  followClock(createClockOffset())();
  expect(Date).toBe(original);
});
