// The edge of a schedule: one sweep, told the time; its count and its failure are logged.
import { expect, test } from "vitest";
import { createLog } from "./log.ts";
import { scheduleManifest } from "./manifest.ts";
import { type Sweep, schedule } from "./schedule.ts";
import { testContext } from "./testing.ts";

const manifest = scheduleManifest({ name: "sweep-orders" });

function run(sweep: Sweep) {
  const lines: string[] = [];
  const log = createLog({
    service: "orders",
    level: "info",
    now: () => 0,
    write: (line) => lines.push(line),
  });
  const done = schedule(manifest, sweep, { log, now: () => 42 })({}, testContext);
  return { done, read: () => lines.map((line) => JSON.parse(line)) };
}

test("a sweep is told the time, and what it did is logged", async () => {
  const times: number[] = [];
  const { done, read } = run(async ({ now }) => times.push(now) + 6);
  await done;
  expect(times).toEqual([42]);
  expect(read()).toMatchObject([
    { message: "sweep acted", function: "sweep-orders", requestId: "test-request", count: 7 },
  ]);
});

test("a sweep runs without a context too", async () => {
  const times: number[] = [];
  const ports = { log: createLog({ service: "orders", level: "info", now: () => 0, write: () => {} }) };
  await schedule(manifest, async ({ now }) => times.push(now), { ...ports, now: () => 43 })();
  expect(times).toEqual([43]);
});

test("a sweep that found nothing to do is silent", async () => {
  const { done, read } = run(async () => 0);
  await done;
  expect(read()).toEqual([]);
});

test("a sweep that fails is thrown for the platform to count, and logged by name only", async () => {
  const { done, read } = run(async () => {
    throw new RangeError("ada@example.com");
  });
  await expect(done).rejects.toThrow(RangeError);
  expect(read()).toMatchObject([{ level: "error", errorName: "RangeError", requestId: "test-request" }]);
  expect(JSON.stringify(read())).not.toContain("@");
});

test("a sweep begins nothing in the last part of its function's time", async () => {
  const { timeoutSeconds } = manifest;
  let now = 42;
  const times = [0, 0.84, 0.85, 1].map((share) => 42 + timeoutSeconds * 1000 * share);
  const isUp: unknown[] = [];
  const log = createLog({ service: "orders", level: "error", now: () => 0, write: () => {} });
  const ask: Sweep = async ({ isTimeUp }) => {
    for (now of times) isUp.push(isTimeUp?.());
    return 0;
  };
  await schedule(manifest, ask, { log, now: () => now })();
  expect(isUp).toEqual([false, false, true, true]);
});
