// How long a new order waits for a decision: a gauge of one queue that all orders of its kind go through.

/** What was known at one moment. All times are epoch milliseconds. */
export type Point = {
  readonly at: number;
  /** How many orders were decided since the gauge began. */
  readonly decided: number;
};

export type Gauge = {
  /** The oldest first. */
  readonly points: readonly Point[];
  /** When the first order was placed that was decided late: those admitted since then are counted. */
  readonly since: number;
  readonly admitted: number;
  readonly decided: number;
  /** How many left the queue undecided: cancelled, out of stock, or expired. */
  readonly left: number;
  /** When the middle one of those was placed that were decided last. */
  readonly middle: number;
  /** The last turn that was promised to a refused order, as is every turn without `slip`. */
  readonly line: number;
  /** By how much turns come later than they were promised, because orders were decided more slowly. */
  readonly slip?: number;
  /** The share of promised turns that are expected to be taken up: not every customer comes back. */
  readonly taken: number;
  /** An order of `since` was known to be undecided at `at`, and nothing was decided in between. */
  readonly stuck?: { readonly since: number; readonly at: number };
};

export const newGauge: Gauge = {
  points: [],
  since: 0,
  admitted: 0,
  decided: 0,
  left: 0,
  middle: 0,
  line: 0,
  taken: 1,
};

/** How long an order may wait, and what follows from it. Milliseconds. */
export type Terms = {
  /** A new order that would wait for longer is refused. */
  readonly limit: number;
  /** An order that was decided after longer than this is late, and told of. */
  readonly late: number;
  /** A process tells of late orders, and reads the gauges while all is well, no more often than this. */
  readonly tellEvery: number;
  readonly readEvery: number;
};

/**
 * What is told of must be old news to no limit, and false alarms to no customer: the figures are for half of
 * fifteen minutes, and shrink with a shorter limit.
 */
export function termsOf(limitSeconds: number): Terms {
  const part = (share: number, least: number, most: number) =>
    Math.min(most, Math.max(least, (limitSeconds * 1000) / share));
  return {
    limit: limitSeconds * 1000,
    late: part(45, 2000, 10_000),
    tellEvery: part(90, 1000, 5000),
    readEvery: part(45, 1000, 10_000),
  };
}

/** A gauge that was told nothing for so long says nothing more; a sweep tells of what has stopped. */
const BELIEVED_MILLISECONDS = 45_000;
const STUCK_BELIEVED_MILLISECONDS = 150_000;
/** While nothing more is told, the queue is taken to move on for no longer than this. */
const COASTING_MILLISECONDS = 20_000;
/** The rate is measured over so much time, or what there is. */
const MEASURED_MILLISECONDS = 60_000;
const MOST_POINTS = 8;

export function isLate({ points, stuck }: Gauge, now: number): boolean {
  const last = points.at(-1);
  return (
    (last !== undefined && now - last.at < BELIEVED_MILLISECONDS) ||
    (stuck !== undefined && now - stuck.at < STUCK_BELIEVED_MILLISECONDS)
  );
}

export type Decisions = {
  readonly at: number;
  readonly decided: number;
  readonly left: number;
  /** When the first of them was decided. */
  readonly first: number;
  /** When the oldest of them was placed, and the middle one. */
  readonly oldest: number;
  readonly middle: number;
};

export function withDecisions(gauge: Gauge, told: Decisions, terms: Terms): Gauge {
  const { at, first, middle, oldest } = told;
  const { stuck, ...rest } = isLate(gauge, at) ? gauge : newGauge;
  if (rest.points.length === 0) {
    const { decided, left } = told;
    // The rate is known at once: it counts, while a rush grows.
    const points = [
      { at: first, decided: 1 },
      { at, decided },
    ];
    return { ...rest, since: oldest, middle, decided, left, points };
  }
  const decided = rest.decided + told.decided;
  const before = rest.points.at(-2);
  const isClose = before !== undefined && at - before.at < MEASURED_MILLISECONDS / 4;
  const kept = isClose ? rest.points.slice(0, -1) : rest.points.slice(1 - MOST_POINTS);
  const left = rest.left + told.left;
  const next = { ...rest, middle, decided, left, points: [...kept, { at, decided }] };
  if (at - middle > terms.late) return next;
  // In time again: there are no more than come while one waits, however many were counted.
  const most = decided + left + 2 * (rateOf(next, terms) ?? 0) * (at - middle);
  return { ...next, admitted: Math.min(next.admitted, most) };
}

/** Orders of `since` and later are undecided. */
export function withUndecided(gauge: Gauge, since: number, at: number): Gauge {
  const known = isLate(gauge, at) ? gauge : newGauge;
  const last = known.points.at(-1);
  // While orders are decided their times say more; a queue that has stopped has done so since then.
  if (last && at - last.at < COASTING_MILLISECONDS) return known;
  return { ...known, stuck: { since: Math.min(since, last?.at ?? since, known.stuck?.since ?? since), at } };
}

export type Wait = {
  /** Milliseconds that an order placed now would wait. */
  readonly wait: number;
  /** Orders decided in a millisecond; undefined if none are. */
  readonly rate?: number;
};

/** Undefined if all is well, or too little is known. */
export function waitOf(gauge: Gauge, now: number, terms: Terms): Wait | undefined {
  if (!isLate(gauge, now)) return undefined;
  const { admitted, decided, left, middle, points, stuck } = gauge;
  const last = points.at(-1);
  // An outage of that age is taken to last as long again.
  if (stuck && stuck.at > (last?.at ?? 0)) return { wait: now - stuck.since };
  const rate = rateOf(gauge, terms);
  if (!last || !rate) return undefined;
  // Counted, whatever their order: SQS keeps it only by and large, and a fair queue on purpose does not.
  const isSilent = now - last.at > 3 * terms.tellEvery;
  // Those who decide in time need not tell, so what they decided may not be counted.
  if (last.at - middle <= terms.late) return { wait: 0, rate };
  const queued = admitted - decided - left;
  // More came out than was counted going in, by processes that are gone: those now wait as long as those did.
  if (queued < 0) return { wait: isSilent ? 0 : last.at - middle, rate };
  const coasted = Math.min(now - last.at, COASTING_MILLISECONDS);
  return { wait: Math.max(0, queued / rate - coasted), rate };
}

function rateOf({ points }: Gauge, { tellEvery }: Terms): number | undefined {
  const last = points.at(-1);
  if (!last) return undefined;
  const start = points.findLast(({ at }) => at <= last.at - MEASURED_MILLISECONDS) ?? points[0];
  if (!start || last.at - start.at < tellEvery * 1.5) return undefined;
  return (last.decided - start.decided) / (last.at - start.at);
}
