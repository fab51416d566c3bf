// Virtual time: entries run in the order of their times; a step ends when all resumed code is suspended.
import { expect, test } from "vitest";
import { createRandom } from "./random.ts";
import { createScheduler } from "./scheduler.ts";

async function runAll(scheduler: ReturnType<typeof createScheduler>): Promise<void> {
  while (scheduler.next() !== undefined) await scheduler.step();
}

test("things happen in the order of their moments, those of one moment in the order of their asking", async () => {
  const random = createRandom(1);
  const scheduler = createScheduler(1000);
  const asked = Array.from({ length: 500 }, (_, index) => ({ at: 1000 + random.whole(0, 40), index }));
  const happened: { at: number; index: number }[] = [];
  for (const each of asked)
    scheduler.at(each.at, () => happened.push({ at: scheduler.now(), index: each.index }));
  await runAll(scheduler);
  expect(happened).toEqual(asked.toSorted((a, b) => a.at - b.at || a.index - b.index));
});

test("what is asked for the past happens now, and time never goes back", async () => {
  const scheduler = createScheduler(1000);
  const moments: number[] = [];
  scheduler.at(2000, () => scheduler.at(500, () => moments.push(scheduler.now())));
  scheduler.at(2500, () => moments.push(scheduler.now()));
  await runAll(scheduler);
  scheduler.skipTo(100);
  expect(moments).toEqual([2000, 2500]);
  expect(scheduler.now()).toBe(2500);
});

test("a step ends when the code it resumed waits again, however many promises lie in between", async () => {
  const scheduler = createScheduler(0);
  let depth = 0;
  const dive = async (left: number): Promise<void> => {
    depth++;
    if (left > 0) await dive(left - 1);
    await Promise.allSettled([null]);
  };
  const { promise, resolve } = Promise.withResolvers<void>();
  const code = promise.then(() => dive(200)).then(() => depth++);
  scheduler.at(1, () => scheduler.resume(resolve));
  await scheduler.step();
  expect(depth).toBe(202);
  await code;
});
