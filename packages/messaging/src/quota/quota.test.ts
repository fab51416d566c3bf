// In any window there are no more than the quota, and who is refused is told when there is room.
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { createMemoryQuotaStore } from "./memory.ts";
import { createQuota } from "./places.ts";

const seconds = 1000;
const start = 1_800_000_000_000;

const aQuota = (limit: number, windowSeconds = 3600) => {
  const quota = createQuota(createMemoryQuotaStore(), { limit, windowMilliseconds: windowSeconds * seconds });
  return (mark: string, now: number, count = 1) => quota.take("ada", { mark, count, now });
};

test("up to the quota there is room, beyond it there is none until the first has left the window", async () => {
  const take = aQuota(2);
  expect(await take("a", start)).toBeUndefined();
  expect(await take("b", start + 1800 * seconds)).toBeUndefined();
  const { until = 0 } = (await take("c", start + 1900 * seconds)) ?? {};
  expect(until).toBeGreaterThan(start + 3600 * seconds);
  expect(until).toBeLessThanOrEqual(start + 3900 * seconds);
  expect(await take("c", until - 1)).toEqual({ until });
  expect(await take("c", until)).toBeUndefined();
  expect(await take("d", until)).toBeDefined();
});

test("a bulk counts as many as it has; one larger than the quota never has room", async () => {
  const take = aQuota(10);
  expect(await take("bulk", start, 8)).toBeUndefined();
  expect(await take("bulk", start, 8)).toBeUndefined();
  expect(await take("another", start, 3)).toEqual({ until: expect.any(Number) });
  expect(await take("small", start, 2)).toBeUndefined();
  expect(await take("too large", start, 11)).toEqual({ until: undefined });
});

test("a clock that is a little behind counts where the others do", async () => {
  const take = aQuota(2);
  await take("a", start + 200 * seconds);
  await take("b", start);
  expect(await take("c", start + 200 * seconds)).toBeDefined();
});

test("what is given back is free again, once", async () => {
  const quota = createQuota(createMemoryQuotaStore(), { limit: 1, windowMilliseconds: 3600 * seconds });
  const asking = (mark: string) => ({ mark, count: 1, now: start });
  await quota.take("ada", asking("a"));
  await quota.giveBack("ada", asking("a"));
  expect(await quota.take("ada", asking("b"))).toBeUndefined();
  await quota.giveBack("ada", asking("a"));
  expect(await quota.take("ada", asking("c"))).toBeDefined();
});

test("another window than the one before counts on", async () => {
  const store = createMemoryQuotaStore();
  const under = (windowSeconds: number) =>
    createQuota(store, { limit: 2, windowMilliseconds: windowSeconds * seconds });
  const asking = (mark: string, now: number) => ({ mark, count: 1, now });
  await under(60).take("ada", asking("a", start));
  await under(3600).take("ada", asking("b", start + 1 * seconds));
  const refusal = await under(3600).take("ada", asking("c", start + 2 * seconds));
  expect(refusal?.until).toBeLessThan(start + 4000 * seconds);
});

test("whatever comes when: in no window are there more than the quota, and who comes when told is taken", async () => {
  const asked = fc.array(
    fc.record({ wait: fc.nat(40), count: fc.integer({ min: 1, max: 3 }), isRepeat: fc.boolean() }),
    { maxLength: 60 },
  );
  const limits = fc.record({
    limit: fc.integer({ min: 3, max: 9 }),
    window: fc.integer({ min: 1, max: 300 }),
  });
  await fc.assert(
    fc.asyncProperty(limits, asked, async ({ limit, window }, requests) => {
      const take = aQuota(limit, window);
      const taken: { at: number; count: number }[] = [];
      let now = start;
      let last: { mark: string; count: number } | undefined;
      for (const [n, { count, isRepeat, wait }] of requests.entries()) {
        if (isRepeat && last) {
          // Sent again at once: known, so never refused.
          expect(await take(last.mark, now, last.count)).toBeUndefined();
        }
        now += wait * seconds;
        const refusal = await take(`${n}`, now, count);
        if (refusal) {
          now = refusal.until ?? Number.NaN;
          expect(await take(`${n}`, now, count)).toBeUndefined();
        }
        last = { mark: `${n}`, count };
        taken.push({ at: now, count });
      }
      for (const { at } of taken) {
        const within = taken.filter((each) => each.at >= at && each.at <= at + window * seconds);
        expect(within.reduce((sum, { count }) => sum + count, 0)).toBeLessThanOrEqual(limit);
      }
    }),
    { numRuns: 300 },
  );
});
