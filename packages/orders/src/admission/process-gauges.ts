// The gauges as one process that takes orders knows them, and what it has yet to tell the others.
import { createBusRefusals } from "./bus-refusals.ts";
import { type Gauge, isLate, type Terms } from "./gauge.ts";
import { changeGauges, noGauges, withGauge } from "./gauges.ts";
import type { GaugeStore, Gauges } from "./ports.ts";
import { createTally } from "./tally.ts";

/** What a process adds to a gauge. */
export type Added = {
  admitted: number;
  /** Turns that it promised: each after the one before, and not before `from`. */
  turns: readonly { readonly from: number; readonly step: number }[];
  /** A factor. */
  taken: number;
  /** By how much turns come later than they were promised: all in all, so that two who see it add it once. */
  slip: number;
};

export type ProcessGauges = {
  /** With all that this process has added. */
  at(now: number): Gauges;
  add(queue: string, more: Partial<Added>): void;
  /** An order was taken, which goes by these queues. */
  took(queues: readonly string[], now: number): void;
  /** Tells the others once in a while, and learns what they tell; an order has come. */
  exchange(now: number): Promise<void>;
  /** Orders are late: from now on it learns and tells more often. */
  watch(now: number): void;
  published(): void;
  notPublished(now: number): void;
};

/**
 * A process reads the gauges if so many orders came to it in a minute, and not all at once: a quiet shop is
 * spared the reads.
 */
const BUSY_ORDERS = 5;
const BUSY_MILLISECONDS = 60_000;
/** Once told that orders are late, it reads and tells more often, for so long. */
const WATCHED_MILLISECONDS = 60_000;
const FRESH_MILLISECONDS = 2000;
const TELL_MILLISECONDS = 1000;
/** However few come again, some do. */
const LEAST_TAKEN = 0.02;
const NEVER = Number.NEGATIVE_INFINITY;

type News = ReadonlyMap<string, Added>;

const nothing: Added = { admitted: 0, turns: [], taken: 1, slip: 0 };
const sum = (a: Added, b: Partial<Added>): Added => ({
  admitted: a.admitted + (b.admitted ?? 0),
  turns: [...a.turns, ...(b.turns ?? [])],
  taken: a.taken * (b.taken ?? 1),
  slip: Math.max(a.slip, b.slip ?? 0),
});

const withNews = (to: Gauges, news: News, now: number): Gauges =>
  [...news].reduce(
    (gauges, [queue, { admitted, slip, taken, turns }]) =>
      withGauge(gauges, queue, now, (gauge) => ({
        ...gauge,
        admitted: gauge.admitted + admitted,
        line: turns.reduce((line, { from, step }) => Math.max(line, from) + step, gauge.line),
        slip: Math.max(gauge.slip ?? 0, slip),
        taken: Math.min(1, Math.max(LEAST_TAKEN, gauge.taken * taken)),
      })),
    to,
  );

export function createProcessGauges(ports: {
  gauges: GaugeStore;
  terms: Terms;
  failed: (error: unknown) => void;
}): ProcessGauges {
  const { failed, gauges, terms } = ports;
  let known = noGauges;
  let news: News = new Map();
  let [readAt, toldAt, watchedUntil] = [NEVER, NEVER, NEVER];
  /** The orders that came one soon after the other. */
  let run = { since: NEVER, last: NEVER, count: 0 };
  const tally = createTally(terms.limit);
  const countedSince = new Map<string, number>();
  const bus = createBusRefusals();

  const isKnownLate = (queue: string, now: number) => {
    const gauge = known.of[queue];
    return gauge !== undefined && isLate(gauge, now);
  };

  /** Of a queue that is newly known to be late counts what this process took before it knew. */
  function count(queue: string, { since }: Gauge): void {
    if (countedSince.get(queue) === since) return;
    countedSince.set(queue, since);
    const admitted = tally.since(queue, since);
    if (admitted > 0) add(queue, { admitted });
  }

  const add = (queue: string, more: Partial<Added>) => {
    news = new Map(news).set(queue, sum(news.get(queue) ?? nothing, more));
  };

  async function tell(now: number): Promise<void> {
    const told = news;
    news = new Map();
    toldAt = now;
    const base = now - readAt < FRESH_MILLISECONDS && known.version > 0 ? known : undefined;
    const change = (read: Gauges) => bus.shownIn(withNews(read, told, now), now);
    const written = await changeGauges(gauges, base, change).catch(failed);
    if (written) {
      known = written;
      readAt = now;
      bus.told();
    } else for (const [queue, each] of told) add(queue, each);
  }

  return {
    at(now) {
      for (const [queue, gauge] of Object.entries(known.of)) if (isLate(gauge, now)) count(queue, gauge);
      return bus.shownIn(withNews(known, news, now), now);
    },
    add,
    took(queues, now) {
      for (const queue of queues) {
        tally.took(queue, now);
        if (isKnownLate(queue, now)) add(queue, { admitted: 1 });
      }
    },
    async exchange(now) {
      const isOn = now - run.last < BUSY_MILLISECONDS / BUSY_ORDERS;
      run = { since: isOn ? run.since : now, last: now, count: isOn ? run.count + 1 : 1 };
      const sinceTold = now - toldAt;
      const isBusNews = bus.isBack() || (bus.areKnown(now) && sinceTold >= terms.tellEvery);
      if ((news.size > 0 || isBusNews) && sinceTold >= TELL_MILLISECONDS) return tell(now);
      const isWatched = now < watchedUntil;
      const isBusy = run.count >= BUSY_ORDERS && now - run.since >= terms.readEvery;
      const every = isWatched ? FRESH_MILLISECONDS : terms.readEvery;
      if (!(isWatched || isBusy) || now - readAt < every) return;
      readAt = now;
      known = await gauges.load();
    },
    watch(now) {
      watchedUntil = now + WATCHED_MILLISECONDS;
    },
    published: () => bus.published(known),
    notPublished: (now) => bus.notPublished(known, now),
  };
}
