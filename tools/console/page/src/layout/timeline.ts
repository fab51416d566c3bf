// The layout of an order's timeline: lanes, bars, marks, and lines from cause to effect.
import type { Moment, ServiceName } from "../../../src/console-api.ts";
import { type Fold, foldedScale, type Scale, type Tick, ticks } from "./scale.ts";
import { isUndoing, undoneBy } from "./undo.ts";

type Of<K extends Moment["kind"]> = Extract<Moment, { kind: K }>;
type Attempt = Of<"attempt">;

export type Bar = {
  key: string;
  attempt: Attempt;
  /** Where it waited in its queue before this attempt. */
  queuedX: number;
  queuedMilliseconds: number;
  x: number;
  width: number;
  /** Where its words end, which may be beside it. */
  wordsEnd: number;
  y: number;
  isRunning: boolean;
  isUndo: boolean;
};
export type Mark = {
  key: string;
  moment:
    | Of<"event">
    | Of<"provider">
    | Of<"mail">
    | Of<"dead-letter">
    | Of<"redrive">
    | Of<"request">
    | Of<"schedule">;
  label: string;
  x: number;
  y: number;
  isUndo: boolean;
};
type Lane = { name: string; title: string; y: number; height: number };
/** From an event to the reaction that heard it, or backwards from what undoes to what it undoes. */
export type Link = {
  key: string;
  kind: "causes" | "undoes";
  /** Keys of the mark it leaves, and of the bar or mark it comes to. */
  from: string;
  to: string;
  fromX: number;
  fromY: number;
  toX: number;
  toY: number;
};

export type Timeline = {
  lanes: Lane[];
  bars: Bar[];
  marks: Mark[];
  links: Link[];
  folds: Fold[];
  ticks: Tick[];
  width: number;
  height: number;
  /** The place of the current time, while the order is open. */
  nowX?: number;
};

export const BAR_HEIGHT = 20;
const BAR_GAP = 6;
const MARK_ROW = 19;
const LANE_PADDING = 9;
const LETTER_WIDTH = 6.5;
const LEAST_BAR = 5;
/** Room at the end for the last words. */
const WORDS_WIDTH = 150;

type LaneName = ServiceName | "customer";
const titleOf = (lane: LaneName) => lane.charAt(0).toUpperCase() + lane.slice(1);

const time = (at: string) => Date.parse(at);
const endOf = (moment: Moment, now: number) =>
  "endedAt" in moment && moment.endedAt
    ? time(moment.endedAt)
    : moment.kind === "attempt"
      ? now
      : time(moment.at);

/** A lane for each service, in this order; `now` in milliseconds if the order is still open. */
export function layoutTimeline(
  moments: readonly Moment[],
  services: readonly ServiceName[],
  width: number,
  now?: number,
): Timeline {
  const latest = Math.max(...moments.map((each) => endOf(each, time(each.at))), 0);
  const until = now ?? latest;
  const seen = moments.filter(({ kind }) => kind !== "delivered");
  const activity = seen.map((each) => ({ from: time(each.at), to: endOf(each, until) }));
  const scale = foldedScale(
    now === undefined ? activity : [...activity, { from: now, to: now }],
    width - WORDS_WIDTH,
  );

  const lanes: Lane[] = [];
  const bars: Bar[] = [];
  const marks: Mark[] = [];
  let y = 0;
  for (const name of ["customer", ...services] as const) {
    const own = seen.filter((each) => laneOf(each, services) === name);
    if (own.length === 0 && name === "customer") continue;
    const placed = placeMarks(own, scale, y + LANE_PADDING);
    const first = y + LANE_PADDING + placed.rows * MARK_ROW;
    const packed = placeBars(own, moments, scale, first, until);
    const height = first - y + packed.rows * (BAR_HEIGHT + BAR_GAP) + LANE_PADDING;
    lanes.push({ name, title: titleOf(name), y, height: Math.max(height, 44) });
    marks.push(...placed.marks);
    bars.push(...packed.bars);
    y += Math.max(height, 44);
  }
  return {
    lanes,
    bars,
    marks,
    links: [...causation(bars, marks), ...reversals(marks)],
    folds: scale.folds,
    ticks: ticks(scale),
    width: scale.width + WORDS_WIDTH,
    height: y,
    ...(now !== undefined && { nowX: scale.x(now) }),
  };
}

function laneOf(moment: Moment, services: readonly ServiceName[]): LaneName | undefined {
  switch (moment.kind) {
    case "event":
      return moment.producer;
    case "attempt":
    case "schedule":
      return moment.service;
    case "provider":
      return "payment";
    case "mail":
      return "notification";
    case "request":
      return "customer";
    case "delivered":
    case "dead-letter":
    case "redrive":
      return "queue" in moment ? serviceOfQueue(moment.queue, services) : undefined;
  }
}

/** Queues are named after their service first. */
function serviceOfQueue(queue: string, services: readonly ServiceName[]): ServiceName | undefined {
  return services.find((service) => queue.startsWith(`${service}-`));
}

/** Marks with their words, on as few rows as possible without overlaps. */
function placeMarks(own: readonly Moment[], scale: Scale, top: number) {
  const ends: number[] = [];
  const marks: Mark[] = [];
  for (const moment of own) {
    if (moment.kind === "attempt" || moment.kind === "delivered") continue;
    const label = labelOf(moment);
    const x = scale.x(time(moment.at));
    const free = ends.findIndex((end) => end <= x - 4);
    const row = free === -1 ? ends.length : free;
    ends[row] = x + 16 + label.length * LETTER_WIDTH;
    const isUndo = moment.kind === "event" && isUndoing(moment.type);
    marks.push({
      key: `mark-${top}-${marks.length}-${moment.at}`,
      moment,
      label,
      x,
      y: top + row * MARK_ROW,
      isUndo,
    });
  }
  return { marks, rows: ends.length };
}

export function labelOf(moment: Mark["moment"]): string {
  switch (moment.kind) {
    case "event":
      return `${moment.type}${moment.isRepeat ? " again" : ""}${moment.isReplay ? " (replay)" : ""}`;
    case "provider":
      return `${moment.operation}: ${moment.outcome}`;
    case "mail":
      return `mail “${moment.mailKind}” ${moment.outcome}`;
    case "dead-letter":
      return `dead letter: ${moment.reaction}`;
    case "redrive":
      return `redriven by ${moment.who}`;
    case "request":
      return `${moment.route} → ${moment.status}`;
    case "schedule":
      return `${moment.name} (schedule)`;
  }
}

type Row = { message: string; wordsEnd: number };

/** Bars on as few rows as possible without overlaps; the attempts at one message share a row. */
function placeBars(own: readonly Moment[], all: readonly Moment[], scale: Scale, top: number, until: number) {
  const rows: Row[] = [];
  const bars: Bar[] = [];
  for (const attempt of own) {
    if (attempt.kind !== "attempt") continue;
    const queuedFrom = queuedSince(attempt, all);
    const queuedX = scale.x(queuedFrom);
    const x = scale.x(time(attempt.at));
    const width = Math.max(LEAST_BAR, scale.x(endOf(attempt, until)) - x);
    const message = `${attempt.reaction}/${attempt.eventId}`;
    // The previous attempt's words may cover the wait for this one.
    const before = rows.findIndex((row) => row.message === message && row.wordsEnd <= x);
    const isFree = (row: Row) => row.wordsEnd <= queuedX + 0.5;
    const free = before === -1 ? rows.findIndex(isFree) : before;
    const row = free === -1 ? rows.length : free;
    const wordsEnd =
      x + width + (isNamedInside(attempt, width) ? 4 : 18 + barName(attempt).length * LETTER_WIDTH);
    rows[row] = { message, wordsEnd };
    bars.push({
      key: `${message}/${attempt.attempt}/${attempt.at}`,
      attempt,
      queuedX,
      queuedMilliseconds: time(attempt.at) - queuedFrom,
      x,
      width,
      wordsEnd,
      y: top + row * (BAR_HEIGHT + BAR_GAP),
      isRunning: attempt.endedAt === undefined,
      isUndo: attempt.says.some(isUndoing),
    });
  }
  return { bars, rows: rows.length };
}

/** Every bar and mark by its key, from left to right: the way in which the arrow keys walk. */
export const walkOf = ({ bars, marks }: Pick<Timeline, "bars" | "marks">): string[] =>
  [...marks, ...bars].toSorted((a, b) => a.x - b.x || a.y - b.y).map(({ key }) => key);

/** What is written on a bar, or beside it where it does not fit. */
export const barName = ({ reaction, attempt }: Attempt): string =>
  attempt > 1 ? `${reaction} #${attempt}` : reaction;

export const isNamedInside = (attempt: Attempt, width: number): boolean =>
  width > barName(attempt).length * LETTER_WIDTH + 14;

/** When its message came to the queue, or returned after the previous attempt. */
function queuedSince({ reaction, eventId, at }: Attempt, all: readonly Moment[]): number {
  const before = all.filter(
    (each) =>
      (each.kind === "delivered" || each.kind === "attempt") &&
      each.reaction === reaction &&
      each.eventId === eventId &&
      time(each.at) < time(at),
  );
  const last = before.at(-1);
  if (!last) return time(at);
  return last.kind === "attempt" ? time(last.endedAt ?? last.at) : time(last.at);
}

/** From an event's mark to the first attempt of each reaction that heard it. */
function causation(bars: readonly Bar[], marks: readonly Mark[]): Link[] {
  return bars
    .filter(({ attempt }) => attempt.attempt === 1)
    .flatMap(({ key, attempt, queuedX, y }) => {
      const mark = marks.find(({ moment }) => moment.kind === "event" && moment.id === attempt.eventId);
      if (!mark) return [];
      return [
        {
          key: `link-${key}`,
          kind: "causes" as const,
          from: mark.key,
          to: key,
          fromX: mark.x,
          fromY: mark.y + 7,
          toX: queuedX,
          toY: y + BAR_HEIGHT / 2,
        },
      ];
    });
}

/** Compensation runs backwards: from what was undone last to what it undoes. */
function reversals(marks: readonly Mark[]): Link[] {
  const eventMark = (type: string) =>
    marks.find(({ moment }) => moment.kind === "event" && moment.type === type && !moment.isRepeat);
  return marks.flatMap((mark) => {
    if (mark.moment.kind !== "event" || !mark.isUndo || mark.moment.isRepeat) return [];
    const undone = undoneBy(mark.moment.type)
      .map(eventMark)
      .find((each) => each !== undefined);
    if (!undone) return [];
    return [
      {
        key: `undo-${mark.key}`,
        kind: "undoes" as const,
        from: mark.key,
        to: undone.key,
        fromX: mark.x,
        fromY: mark.y + 7,
        toX: undone.x,
        toY: undone.y + 7,
      },
    ];
  });
}
