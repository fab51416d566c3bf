// Tells the gauges of orders that are decided late, or not at all. In calm times it only listens.
import { type Decisions, type Terms, withDecisions, withUndecided } from "./gauge.ts";
import { changeGauges, withGauge } from "./gauges.ts";
import type { GaugeStore, Gauges } from "./ports.ts";

export type Lateness = {
  /** An order of these queues was decided; the promise is for what is written of it, and never rejects. */
  decided(queues: readonly string[], decision: Decision): Promise<void>;
  /** An order left these queues undecided. */
  left(queues: readonly string[], now: number): void;
  /** An order is undecided there. */
  undecided(queues: readonly string[], placedAt: number): void;
  /** Writes what is undecided. */
  flush(now: number): Promise<void>;
};

/** That it was decided is heard `now`: later, if events are. */
export type Decision = { readonly placedAt: number; readonly decidedAt: number; readonly now: number };

type Heard = {
  first: number;
  oldest: number;
  waits: number[];
  count: number;
  left: number;
  since: number;
  toldUntil: number;
};

/** A single order may be late for reasons of its own: a message that came again, a dead letter redriven. */
const FEWEST = 3;
/** Of more, the middle one is the middle of these. */
const MOST_REMEMBERED = 50;
/** What was not told of by then is forgotten. */
const FORGOTTEN_MILLISECONDS = 60_000;
/** A process that told of late orders tells of those in time as well, for so long. */
const TOLD_MILLISECONDS = 120_000;
const MOST_QUEUES = 500;

export function createLateness(ports: {
  gauges: GaugeStore;
  terms: Terms;
  /** Told if the gauges cannot be written, which no order must suffer from. */
  failed: (error: unknown) => void;
}): Lateness {
  const { failed, gauges, terms } = ports;
  const heard = new Map<string, Heard>();
  const undecided = new Map<string, { since: number; count: number }>();

  const write = async (change: (gauges: Gauges) => Gauges) => {
    await changeGauges(gauges, undefined, change).catch(failed);
  };

  function heardOf(queue: string, now: number): Heard {
    if (heard.size > MOST_QUEUES) for (const [name, each] of heard) if (isOver(each, now)) heard.delete(name);
    const known = heard.get(queue);
    if (known && !isOver(known, now)) return known;
    const anew = newlyHeard(now, known?.toldUntil ?? 0);
    heard.set(queue, anew);
    return anew;
  }

  /** What is to be told of the queue, if anything. */
  function listen(queue: string, { decidedAt, now, placedAt }: Decision): Decisions | undefined {
    const known = heardOf(queue, now);
    if (known.count++ === 0) known.first = now;
    known.oldest = Math.min(known.oldest, placedAt);
    known.waits.push(decidedAt - placedAt);
    if (known.waits.length > MOST_REMEMBERED) known.waits.shift();
    if (known.count < FEWEST || now - known.since < terms.tellEvery) return undefined;
    const waits = known.waits.sort((a, b) => a - b);
    const wait = waits[(waits.length - 1) >> 1] ?? 0;
    const isLate = wait > terms.late;
    const { count: decided, first, left, oldest } = known;
    const toldUntil = isLate ? now + TOLD_MILLISECONDS : known.toldUntil;
    heard.set(queue, newlyHeard(now, toldUntil));
    return isLate || now < toldUntil
      ? { at: now, decided, first, left, oldest, middle: now - wait }
      : undefined;
  }

  return {
    async decided(queues, decision) {
      const { now } = decision;
      const told = queues.flatMap((queue) => {
        const decisions = listen(queue, decision);
        return decisions ? [{ queue, decisions }] : [];
      });
      if (told.length === 0) return;
      await write((known) =>
        told.reduce(
          (of, { decisions, queue }) =>
            withGauge(of, queue, now, (gauge) => withDecisions(gauge, decisions, terms)),
          known,
        ),
      );
    },
    left(queues, now) {
      for (const queue of queues) heardOf(queue, now).left++;
    },
    undecided(queues, placedAt) {
      for (const queue of queues) {
        const known = undecided.get(queue);
        const since = Math.min(placedAt, known?.since ?? placedAt);
        undecided.set(queue, { since, count: (known?.count ?? 0) + 1 });
      }
    },
    async flush(now) {
      const stuck = [...undecided].filter(([, { count }]) => count >= FEWEST);
      undecided.clear();
      if (stuck.length === 0) return;
      await write((known) =>
        stuck.reduce(
          (of, [queue, { since }]) => withGauge(of, queue, now, (gauge) => withUndecided(gauge, since, now)),
          known,
        ),
      );
    },
  };
}

const newlyHeard = (since: number, toldUntil: number): Heard => {
  return { first: since, oldest: since, waits: [], count: 0, left: 0, since, toldUntil };
};

const isOver = ({ since }: Heard, now: number) => now - since > FORGOTTEN_MILLISECONDS;
