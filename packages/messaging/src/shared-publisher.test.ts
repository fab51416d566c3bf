// A backlog's events go out ten in a request, as fast as they are heard; a single one goes out at once.
import { type DomainEvent, subjectOf } from "@order-saga/contracts";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { PublishError } from "./errors.ts";
import { NoTurn } from "./pace.ts";
import { sharePublisher } from "./shared-publisher.ts";
import { anEvent } from "./testing.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const clock = {
  now: () => Date.now(),
  wait: (milliseconds: number) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds)),
  pause: (longest: number) => new Promise<void>((resolve) => setTimeout(resolve, longest / 2)),
};

const orderIdOf = (n: number) => `ord_${String(n).padStart(32, "0")}`;
const eventOf = (n: number) => anEvent("OrderCancelRequested", { orderId: orderIdOf(n) });

type Given = {
  refuse?: (events: readonly DomainEvent[]) => void;
  lag?: () => number;
  isHeard?: (subject: string) => Promise<boolean>;
};

/** A bus that takes everything unless `refuse` throws. */
function aBus(given: Given = {}) {
  const requests: { at: number; events: readonly DomainEvent[] }[] = [];
  const { lag, refuse = () => {} } = given;
  const began = Date.now();
  const saidAt = new Map<string, number>();
  const share = sharePublisher({
    clock,
    publish: async (events) => {
      requests.push({ at: Date.now() - began, events });
      refuse(events);
      for (const event of events) saidAt.set(subjectOf(event), Date.now());
    },
    ...(lag && { isHeard: async (subject) => Date.now() - (saidAt.get(subject) ?? 0) >= lag() }),
    ...(given.isHeard && { isHeard: given.isHeard }),
  });
  const sizes = () => requests.map(({ events }) => events.length);
  return { requests, share, sizes };
}

/** Keeps so many records waiting for so long, as a sweep does; returns how many were said. */
async function backlog(share: (events: readonly DomainEvent[]) => Promise<void>, seconds: number) {
  let count = 0;
  const until = Date.now() + seconds * 1000;
  const worker = async () => {
    while (Date.now() < until) {
      await share([eventOf(count++)]).catch(() => clock.wait(20_000));
      await clock.wait(10);
    }
  };
  const all = Promise.all(Array.from({ length: 60 }, worker));
  await vi.advanceTimersByTimeAsync(seconds * 1000 + 60_000);
  await all;
  return count;
}

test("a single event is published at once, and nothing waits for nothing", async () => {
  const { requests, share } = aBus();
  await share([]);
  await share([eventOf(1)]);
  expect(requests).toEqual([{ at: 0, events: [eventOf(1)] }]);
});

test("a backlog fills its requests with ten events, and their number grows to its limit", async () => {
  const { requests, share, sizes } = aBus();
  const count = await backlog(share, 60);
  expect(sizes().filter((size) => size === 10).length / sizes().length).toBeGreaterThan(0.9);
  const perSecond = (from: number) => requests.filter(({ at }) => at >= from && at < from + 1000).length;
  expect(perSecond(0)).toBeLessThan(15);
  expect(perSecond(50_000)).toBeGreaterThanOrEqual(28);
  expect(perSecond(50_000)).toBeLessThanOrEqual(31);
  expect(count).toBeGreaterThan(14_000);
});

test("a backlog of which nothing is heard slows down to a trickle", async () => {
  const { requests, share } = aBus({ lag: () => 1e9 });
  await backlog(share, 60);
  expect(requests.filter(({ at }) => at > 30_000 && at < 40_000).length).toBeLessThan(40);
});

/** A queue before the hearer that takes so many events a second, by the seconds that have passed. */
function aQueue(perSecond: (seconds: number) => number) {
  const began = Date.now();
  const queue = { length: 0, most: 0, at: began };
  const heardAt = new Map<string, number>();
  const rate = () => perSecond((Date.now() - began) / 1000);
  const { requests, share } = aBus({
    refuse: (events) => {
      queue.length = Math.max(0, queue.length - ((Date.now() - queue.at) / 1000) * rate());
      queue.at = Date.now();
      queue.length += events.length;
      queue.most = Math.max(queue.most, queue.length);
      for (const event of events) heardAt.set(subjectOf(event), Date.now() + (queue.length / rate()) * 1000);
    },
    isHeard: async (subject) => Date.now() >= (heardAt.get(subject) ?? 0),
  });
  return { queue, requests, share };
}

test("one that queues take more slowly than it comes keeps them short", async () => {
  const { queue, share } = aQueue(() => 150);
  const count = await backlog(share, 150);
  expect(queue.most / 150).toBeLessThan(8);
  expect(count / 150).toBeGreaterThan(100);
});

test("queues that were slow while their functions started are soon given what they take", async () => {
  const { requests, share } = aQueue((seconds) => (seconds < 15 ? 30 : 250));
  await backlog(share, 90);
  const perSecond = requests.filter(({ at }) => at >= 50_000 && at < 90_000).length / 40;
  expect(perSecond).toBeGreaterThan(16);
});

test("an event that breaks its contract fails alone", async () => {
  const { share } = aBus({
    refuse: (events) => {
      if (events.some((event) => subjectOf(event) === orderIdOf(3))) throw new TypeError("broken");
    },
  });
  const all = Promise.allSettled([1, 2, 3, 4].map((n) => share([eventOf(n)])));
  await vi.advanceTimersByTimeAsync(1000);
  expect((await all).map(({ status }) => status)).toEqual([
    "fulfilled",
    "fulfilled",
    "rejected",
    "fulfilled",
  ]);
});

test("what the bus refuses of a request fails its own caller, and the others are done", async () => {
  const { share } = aBus({
    refuse: (events) => {
      const refused = [...events.keys()].filter((n) => subjectOf(events[n] as DomainEvent) === orderIdOf(3));
      if (refused.length > 0) throw new PublishError(["InternalFailure"], refused);
    },
  });
  const all = Promise.allSettled([1, 2, 3, 4].map((n) => share([eventOf(n)])));
  await vi.advanceTimersByTimeAsync(1000);
  expect((await all).map(({ status }) => status)).toEqual([
    "fulfilled",
    "fulfilled",
    "rejected",
    "fulfilled",
  ]);
});

test("a bus that takes nothing is asked less and less, until there is no turn any more", async () => {
  const { requests, share } = aBus({
    refuse: () => {
      throw new Error("away");
    },
  });
  const failures: unknown[] = [];
  const worker = async () => {
    while (!failures.some((each) => each instanceof NoTurn))
      await share([eventOf(1)]).catch((error: unknown) => failures.push(error));
  };
  const all = Promise.all(Array.from({ length: 60 }, worker));
  await vi.advanceTimersByTimeAsync(60_000);
  await all;
  expect(requests.length).toBeLessThan(40);
});

test.each(["refused", "unheard"])(
  "once what was %s passes, an outage slows nothing any more",
  async (reason) => {
    let isOver = false;
    const { requests, share } = aBus({
      refuse: () => {
        if (!isOver && reason === "refused") throw new Error("away");
      },
      lag: () => (isOver || reason === "refused" ? 0 : 1e9),
    });
    await backlog(share, 60);
    isOver = true;
    const before = requests.at(-1)?.at ?? 0;
    await backlog(share, 40);
    const last = requests.filter(({ at }) => at > before + 60_000);
    expect(last.length / 40).toBeGreaterThan(10);
  },
);

test("more events of one caller than a request has are one call of the publisher, which splits them", async () => {
  const { share, sizes } = aBus();
  await share(Array.from({ length: 11 }, (_, n) => eventOf(n)));
  expect(sizes()).toEqual([11]);
});

test("a caller of whose events one is refused is told so", async () => {
  const refusal = new PublishError(["InternalFailure"], [1]);
  const { share } = aBus({
    refuse: () => {
      throw refusal;
    },
  });
  await expect(share([eventOf(1), eventOf(2)])).rejects.toBe(refusal);
});

/** When each of three events is said, one after the other, if the first fails like this. */
async function momentsAfter(error: Error) {
  let count = 0;
  const { requests, share } = aBus({
    refuse: () => {
      if (++count === 1) throw error;
    },
  });
  const all = (async () => {
    for (const n of [1, 2, 3]) await share([eventOf(n)]).catch(() => {});
  })();
  await vi.advanceTimersByTimeAsync(10_000);
  await all;
  return requests.map(({ at }) => at);
}

test("an event that breaks its contract slows no other down", async () => {
  expect((await momentsAfter(new TypeError("broken")))[1]).toBe(100);
});

test("after a refusal the next request comes a third later, and the backlog does not rest", async () => {
  const [, second = 0] = await momentsAfter(new Error("away"));
  expect(second).toBeGreaterThan(130);
  expect(second).toBeLessThan(140);
});

/** How often it is asked whether something was heard, of so many calls of so many events each. */
async function probesOf(calls: number, events: number) {
  let probes = 0;
  const { requests, share } = aBus({ isHeard: async () => ++probes > 0 });
  const all = Promise.all(
    Array.from({ length: calls }, () => share(Array.from({ length: events }, (_, n) => eventOf(n)))),
  );
  await vi.advanceTimersByTimeAsync(20_000);
  await all;
  return { probes, requests: requests.length };
}

test("full requests are asked after once a second", async () => {
  expect(await probesOf(25, 10)).toEqual({ probes: 3, requests: 25 });
});

test("requests that are not full are not asked after", async () => {
  expect(await probesOf(25, 9)).toEqual({ probes: 0, requests: 25 });
});
