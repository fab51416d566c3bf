// A time axis: linear where something happens, folded where nothing does.

export type Interval = { from: number; to: number };
type Segment = Interval & { x: number; width: number };
/** A stretch in which nothing happened, drawn as a break of fixed width. */
export type Fold = Interval & { x: number; width: number; milliseconds: number };
export type Scale = { segments: Segment[]; folds: Fold[]; width: number; x(at: number): number };

const FOLD_WIDTH = 54;
const LEAST_SEGMENT_WIDTH = 96;
const LEAST_FOLD_MILLISECONDS = 500;

/** Folds long times without `activity`. Times are milliseconds. */
export function foldedScale(activity: readonly Interval[], width: number): Scale {
  const sorted = [...activity].sort((a, b) => a.from - b.from);
  const busy = lengthOf(merged(sorted, 0));
  const spans = merged(sorted, Math.max(LEAST_FOLD_MILLISECONDS, busy));
  const total = lengthOf(spans) || 1;
  const room = Math.max(
    width - FOLD_WIDTH * Math.max(0, spans.length - 1),
    spans.length * LEAST_SEGMENT_WIDTH,
  );
  const spare = room - spans.length * LEAST_SEGMENT_WIDTH;

  const segments: Segment[] = [];
  const folds: Fold[] = [];
  let x = 0;
  for (const [index, { from, to }] of spans.entries()) {
    const before = spans[index - 1];
    if (before) {
      folds.push({ from: before.to, to: from, x, width: FOLD_WIDTH, milliseconds: from - before.to });
      x += FOLD_WIDTH;
    }
    // If nothing takes any time, every moment gets the same room.
    const share = spans.every((span) => span.to === span.from) ? 1 / spans.length : (to - from) / total;
    const segment = { from, to, x, width: LEAST_SEGMENT_WIDTH + spare * share };
    segments.push(segment);
    x += segment.width;
  }
  return { segments, folds, width: x, x: (at) => position(at, [...segments, ...folds], x) };
}

const lengthOf = (intervals: readonly Interval[]) =>
  intervals.reduce((sum, { from, to }) => sum + (to - from), 0);

/** Intervals closer than `gap` become one. */
function merged(sorted: readonly Interval[], gap: number): Interval[] {
  const spans: Interval[] = [];
  for (const { from, to } of sorted) {
    const last = spans.at(-1);
    if (last && from - last.to <= gap) last.to = Math.max(last.to, to);
    else spans.push({ from, to });
  }
  return spans;
}

function position(
  at: number,
  parts: readonly (Interval & { x: number; width: number })[],
  end: number,
): number {
  const part = parts.find(({ from, to }) => at >= from && at <= to);
  if (part)
    return part.x + (part.to === part.from ? 0 : ((at - part.from) / (part.to - part.from)) * part.width);
  const first = parts.reduce((least, { from }) => Math.min(least, from), Number.POSITIVE_INFINITY);
  return at < first ? 0 : end;
}

export type Tick = { x: number; milliseconds: number };

/** Width in pixels of a tick's words; a tick whose words would touch a fold has none. */
const TICK_WORDS = 66;

/** Round moments counted from the first, not closer than `space` pixels, none inside a fold. */
export function ticks({ segments }: Scale, space = 110): Tick[] {
  const start = segments[0]?.from ?? 0;
  return segments.flatMap(({ from, to, x, width }) => {
    const perPixel = (to - from) / width;
    if (perPixel === 0) return [{ x, milliseconds: from - start }];
    const step = roundStep(perPixel * space);
    const first = Math.ceil((from - start) / step) * step;
    const found: Tick[] = [];
    for (let at = first; start + at <= to; at += step)
      found.push({ x: x + (start + at - from) / perPixel, milliseconds: at });
    const readable = found.filter((tick) => tick.x + TICK_WORDS <= x + width);
    return readable.length > 0 ? readable : [{ x, milliseconds: Math.round(from - start) }];
  });
}

function roundStep(milliseconds: number): number {
  const steps = [
    1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 30_000, 60_000, 300_000, 900_000, 3_600_000,
  ];
  return steps.find((step) => step >= milliseconds) ?? 86_400_000;
}
