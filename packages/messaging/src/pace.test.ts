// A process calls a provider no faster than the provider lets it, and tries a passing fault again.
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createPace, type Failure, inTurn, NoTurn, type PaceClock } from "./pace.ts";

beforeEach(() => void vi.useFakeTimers({ now: Date.UTC(2026, 0, 5, 12) }));
afterEach(() => void vi.useRealTimers());

/** Chance that is the same in every run. */
function chanceFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state / 2_147_483_648;
  };
}

const sleep = (milliseconds: number) => new Promise<void>((done) => setTimeout(done, milliseconds));

function aClock(seed = 7): PaceClock {
  const chance = chanceFrom(seed);
  return { now: () => Date.now(), wait: sleep, pause: (longest) => sleep(chance() * longest) };
}

class Refused extends Error {}
class NoAnswer extends Error {}

const failureOf = (error: unknown): Failure => {
  if (error instanceof Refused) return { kind: "limit" };
  return { kind: error instanceof NoAnswer ? "passing" : "final" };
};

/** A provider that takes so many calls in any second, and answers after a while. */
function aProvider(perSecond: number, latency: number, seed = 3) {
  const chance = chanceFrom(seed);
  const taken: number[] = [];
  const counts = { good: 0, refused: 0 };
  async function call(): Promise<void> {
    await sleep(latency * (0.25 + chance() / 2));
    while (taken[0] !== undefined && taken[0] <= Date.now() - 1000) taken.shift();
    const isTaken = taken.length < perSecond;
    if (isTaken) taken.push(Date.now());
    counts[isTaken ? "good" : "refused"]++;
    await sleep(latency * (0.25 + chance() / 2));
    if (!isTaken) throw new Refused();
  }
  return { call, counts };
}

type Sale = { processes: number; perSecond: number; calls: number; provider: () => Promise<void> };

/** Processes that take from one queue in batches, as functions behind an event-source mapping do. */
async function sell(given: Sale) {
  let queued = 0;
  let done = 0;
  let lastAt = 0;
  const began = Date.now();
  const arriving = (async () => {
    for (let n = 0; n < given.calls; n++) {
      queued++;
      await sleep(25);
    }
  })();
  const process = async (number: number) => {
    const clock = aClock(number);
    const pace = createPace(clock, { perSecond: given.perSecond, processes: 14 });
    const one = async (until: number) => {
      try {
        await inTurn({ pace, clock, until, failureOf }, given.provider);
        done++;
        lastAt = Date.now();
      } catch {
        queued++;
      }
    };
    while (done < given.calls && Date.now() - began < 900_000) {
      const batch = Math.min(10, queued);
      queued -= batch;
      await Promise.all(Array.from({ length: batch }, () => one(Date.now() + 12_000)));
      await sleep(20);
    }
  };
  const all = Promise.all([arriving, ...Array.from({ length: given.processes }, (_, n) => process(n + 1))]);
  await vi.advanceTimersByTimeAsync(1_000_000);
  await all;
  return { done, seconds: (lastAt - began) / 1000 };
}

test.for([
  { processes: 1, perSecond: 25, latency: 20 },
  { processes: 1, perSecond: 100_000, latency: 8 },
  { processes: 2, perSecond: 25, latency: 20 },
  { processes: 2, perSecond: 5, latency: 600 },
  { processes: 3, perSecond: 25, latency: 250 },
  { processes: 3, perSecond: 25, latency: 400, most: 5 },
  { processes: 3, perSecond: 25, latency: 1500, most: 5 },
])(
  "$processes processes that believe in $perSecond calls a second find the 5 of a provider that takes $latency ms",
  async ({ latency, most = 4, perSecond, processes }) => {
    const provider = aProvider(5, latency);
    const sale = await sell({ processes, perSecond, calls: 397, provider: provider.call });
    expect(sale.done).toBe(397);
    expect(provider.counts.refused).toBeLessThanOrEqual(most);
    // At the limit itself it takes 79.
    expect(sale.seconds).toBeLessThan(300);
  },
);

test("a process that met a limit while another one called finds the rest of it later", async () => {
  const provider = aProvider(23, 20);
  const clock = aClock();
  const pace = createPace(clock, { perSecond: 25, processes: 9 });
  pace.refused((await pace.turn(clock.now())) ?? 0);
  const began = clock.now();
  const answers = Array.from({ length: 1500 }, () =>
    inTurn({ pace, clock, until: began + 1e7, failureOf }, provider.call).then(() => clock.now()),
  );
  await vi.advanceTimersByTimeAsync(1_000_000);
  // At the rate that it was left with it would take twenty-six minutes.
  expect((Math.max(...(await Promise.all(answers))) - began) / 1000).toBeLessThan(600);
  expect(provider.counts.refused).toBeLessThan(15);
});

test("after an outage in which nothing got through, a process is as fast as at first within seconds", async () => {
  const clock = aClock();
  const pace = createPace(clock, { perSecond: 33, processes: 11 });
  let isOver = false;
  const provider = aProvider(33, 30);
  const call = () => (isOver ? provider.call() : Promise.reject(new Refused()));
  const inVain = Array.from({ length: 13 }, () =>
    inTurn({ pace, clock, until: clock.now() + 90_000, failureOf }, call).catch(() => "in vain"),
  );
  await vi.advanceTimersByTimeAsync(100_000);
  expect(new Set(await Promise.all(inVain))).toEqual(new Set(["in vain"]));
  isOver = true;
  const began = clock.now();
  const asked = { pace, clock, until: began + 1e7, failureOf };
  const ends = Array.from({ length: 47 }, () => inTurn(asked, call).then(() => clock.now()));
  await vi.advanceTimersByTimeAsync(400_000);
  // At the rate that it was left with it would take three minutes.
  expect(Math.max(...(await Promise.all(ends))) - began).toBeLessThan(20_000);
  expect(provider.counts.refused).toBe(0);
});

test("a call in a quiet process does not wait, nor does another with it", async () => {
  const clock = aClock();
  const pace = createPace(clock, { perSecond: 45, processes: 15 });
  const until = clock.now() + 10_000;
  for (let n = 0; n < 2; n++) expect(await pace.turn(until)).toBe(clock.now());
  expect(vi.getTimerCount()).toBe(0);
});

test("a quiet process that is refused once is hardly slower", async () => {
  const clock = aClock();
  const pace = createPace(clock, { perSecond: 140_000, processes: 14 });
  pace.refused((await pace.turn(clock.now())) ?? 0);
  await vi.advanceTimersByTimeAsync(1000);
  for (let n = 0; n < 9; n++) {
    const began = clock.now();
    const turn = pace.turn(began + 10_000);
    await vi.advanceTimersByTimeAsync(400);
    expect((await turn) ?? Number.POSITIVE_INFINITY).toBeLessThanOrEqual(began + 330);
    pace.answered();
  }
});

test("a limit of ten minutes ago is forgotten", async () => {
  const clock = aClock();
  const pace = createPace(clock, { perSecond: 900, processes: 9 });
  pace.refused((await pace.turn(clock.now())) ?? 0);
  await vi.advanceTimersByTimeAsync(600_001);
  const provider = aProvider(1000, 2);
  const began = clock.now();
  const asked = { pace, clock, until: began + 1e7, failureOf };
  const ends = Array.from({ length: 500 }, () => inTurn(asked, provider.call).then(() => clock.now()));
  await vi.advanceTimersByTimeAsync(100_000);
  // At the four calls a second that it came down to it would take two minutes.
  expect(Math.max(...(await Promise.all(ends))) - began).toBeLessThan(40_000);
});

test("a call that could not begin in time learns it at once", async () => {
  const clock = aClock();
  const pace = createPace(clock, { perSecond: 2, processes: 4 });
  expect(await pace.turn(clock.now() + 100)).toBe(clock.now());
  expect(await pace.turn(clock.now() + 1999)).toBeUndefined();
  const late = pace.turn(clock.now() + 2000);
  await vi.advanceTimersByTimeAsync(2000);
  expect(await late).toBe(clock.now());
});

test("calls that wait learn at once that a refusal has made them late", async () => {
  const clock = aClock();
  const pace = createPace(clock, { perSecond: 4, processes: 4 });
  const began = (await pace.turn(clock.now())) ?? 0;
  const turns = [1500, 2500].map((milliseconds) => pace.turn(clock.now() + milliseconds));
  pace.refused(began, 30_000);
  await vi.advanceTimersByTimeAsync(1000);
  expect(await Promise.all(turns)).toEqual([undefined, undefined]);
});

test("nothing is asked before the moment that the provider names", async () => {
  const clock = aClock();
  const pace = createPace(clock, { perSecond: 300, processes: 3 });
  const began = clock.now();
  pace.refused((await pace.turn(began)) ?? 0, 7000);
  const next = pace.turn(began + 60_000);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(await next).toBeGreaterThanOrEqual(began + 7000);
  expect(await next).toBeLessThan(began + 7300);
});

test("a clock that jumps back lets nobody wait for it to come again", async () => {
  const clock = aClock();
  const pace = createPace(clock, { perSecond: 3, processes: 3 });
  await pace.turn(clock.now());
  vi.setSystemTime(clock.now() - 3600_000);
  const next = pace.turn(clock.now() + 5000);
  await vi.advanceTimersByTimeAsync(1000);
  expect(await next).toBe(clock.now());
});

/** Calls that fail as told, one after the other, and then succeed. */
function failing(...errors: Error[]) {
  const at: number[] = [];
  const call = async () => {
    at.push(Date.now());
    const error = errors[at.length - 1];
    if (error) throw error;
    return "done";
  };
  return { at, call };
}

const asking = (clock: PaceClock, until = clock.now() + 10_000) => ({
  clock,
  until,
  failureOf,
  pace: createPace(clock, { perSecond: 75, processes: 15 }),
});

test("a passing fault is tried again soon, later each time, and four times at most", async () => {
  const clock = aClock();
  const { at, call } = failing(new NoAnswer(), new NoAnswer(), new NoAnswer(), new NoAnswer());
  const failed = inTurn(asking(clock), call).catch((error: unknown) => error);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(await failed).toBeInstanceOf(NoAnswer);
  const gaps = at.slice(1).map((each, index) => each - (at[index] ?? 0));
  expect(gaps).toHaveLength(3);
  for (const [index, gap] of gaps.entries()) {
    expect(gap).toBeGreaterThanOrEqual(150 * 2 ** index);
    expect(gap).toBeLessThanOrEqual(300 * 2 ** index + 1);
  }
});

test.for([new NoAnswer(), new Refused()])(
  "after one %o the answer is there within a second",
  async (error) => {
    const clock = aClock();
    const { at, call } = failing(error);
    const answer = inTurn(asking(clock), call);
    await vi.advanceTimersByTimeAsync(1000);
    expect(await answer).toBe("done");
    expect(at).toHaveLength(2);
  },
);

test("an answer that will not change is not asked for again", async () => {
  const { at, call } = failing(new RangeError("declined"));
  await expect(inTurn(asking(aClock()), call)).rejects.toThrow(new RangeError("declined"));
  expect(at).toHaveLength(1);
});

test("no try begins when the caller's time is nearly up", async () => {
  const clock = aClock();
  const { at, call } = failing(new NoAnswer());
  await expect(inTurn(asking(clock, clock.now() + 299), call)).rejects.toThrow(NoAnswer);
  expect(at).toHaveLength(1);
});

test("without a turn in time nothing is asked", async () => {
  const clock = aClock();
  const given = asking(clock);
  for (let n = 0; n < 2; n++) await given.pace.turn(clock.now());
  given.pace.refused(clock.now(), 60_000);
  const { at, call } = failing();
  await expect(inTurn(given, call)).rejects.toThrow(NoTurn);
  expect(at).toEqual([]);
});
