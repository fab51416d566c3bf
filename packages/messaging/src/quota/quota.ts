// The rule of a quota: how many a customer may have in any window of time, counted in slots of it.

export type Terms = {
  readonly limit: number;
  readonly windowMilliseconds: number;
};

/** What is counted of one customer. Times are milliseconds; a slot is named by its beginning. */
export type Counted = {
  /** The newest slot that anything was counted in. */
  readonly slot: number;
  /** All that counts in that slot: its own and that of the earlier ones. */
  readonly used: number;
  readonly earlier: Readonly<Record<string, number>>;
  /** What was counted in this slot, by name: asked for again, it is not counted twice. */
  readonly marks: readonly string[];
};

export type Asking = {
  /** Names what is counted, so that a repeat is known. */
  readonly mark: string;
  readonly count: number;
  readonly now: number;
};

/** Until when nothing is free for it; undefined if it is larger than the quota, so that it never will be. */
export type Refusal = { readonly until: number | undefined };

/** Adds to a slot that is there, or begins the next one over what was read. */
export type Adding = { slot: number; count: number; most: number; mark: string; isMarked: boolean };
export type Beginning = { next: Counted; over: Counted | undefined };

export type Step =
  | { do: "rest" }
  | { do: "refuse"; refusal: Refusal }
  | { do: "add"; adding: Adding }
  | { do: "begin"; beginning: Beginning };

/** So exact is the window: what was counted leaves it up to a slot late, and never early. */
const SLOTS = 24;
/** So many are known by name in a slot, so that the record stays within one write unit. */
const MOST_MARKS = 16;

/**
 * What to do with a request. In a window of the terms' length, wherever it begins, never more than the limit
 * is counted: a slot counts until all of it has left the window.
 */
export function stepFor(counted: Counted | undefined, { count, mark, now }: Asking, terms: Terms): Step {
  const length = slotLength(terms);
  const slot = Math.max(counted?.slot ?? 0, Math.floor(now / length) * length);
  const isSame = counted?.slot === slot;
  if (isSame && counted.marks.includes(mark)) return { do: "rest" };
  const counts = countsAt(counted, slot, terms);
  const used = sumOf(counts);
  if (used + count > terms.limit) return { do: "refuse", refusal: { until: freeAt(counts, count, terms) } };
  if (isSame) {
    const isMarked = counted.marks.length < MOST_MARKS;
    return { do: "add", adding: { slot, count, most: terms.limit - count, mark, isMarked } };
  }
  const next = { slot, used: used + count, earlier: Object.fromEntries(counts), marks: [mark] };
  return { do: "begin", beginning: { next, over: counted } };
}

const slotLength = ({ windowMilliseconds }: Terms) => Math.max(1, Math.ceil(windowMilliseconds / SLOTS));

type Counts = readonly (readonly [slot: string, count: number])[];

/** What still counts in that slot, the oldest first. */
function countsAt(counted: Counted | undefined, slot: number, terms: Terms): Counts {
  if (!counted) return [];
  const earlier = Object.entries(counted.earlier);
  const own = counted.used - sumOf(earlier);
  return [...earlier, [String(counted.slot), own] as const]
    .filter(([each, count]) => count > 0 && leavesAt(each, terms) > slot)
    .sort(([a], [b]) => Number(a) - Number(b));
}

/** The beginning of the first slot that has none of it in its window. */
const leavesAt = (slot: string, terms: Terms) => Number(slot) + (SLOTS + 1) * slotLength(terms);

const sumOf = (counts: Counts) => counts.reduce((sum, [, count]) => sum + count, 0);

function freeAt(counts: Counts, count: number, terms: Terms): number | undefined {
  let left = sumOf(counts);
  for (const [slot, each] of counts) {
    left -= each;
    if (left + count <= terms.limit) return leavesAt(slot, terms);
  }
  return undefined;
}
