// What a fault does to one reaction: attempts it strikes, orders that come late to it, orders it keeps.
import type { Closure } from "./closure.ts";
import type { Attempt, Entity, Trace } from "./trace.ts";
import type { Twins } from "./twin.ts";

export type Heat = {
  /** Attempts that failed, or whose work came again, only with the fault. */
  readonly struck: readonly Attempt[];
  /** Orders that came to the reaction later than they would have, or never, though nothing failed here. */
  readonly starved: readonly Entity[];
  /** Orders that stayed here longer than they would have. */
  readonly held: readonly Entity[];
  /** The stays of messages in the queue, with the fault. */
  readonly stays: readonly Interval[];
};

export type Interval = { readonly from: number; readonly until: number };

/** Shorter lateness is chance's, as the calls of a batch come in turn. */
const LATE_MILLISECONDS = 1000;

export function heatOf({ calm, struck }: Twins, { reached }: Closure, lane: string): Heat {
  const failed = struck.trace.attempts.filter((attempt) => attempt.name === lane && hasFailed(attempt));
  const usual = new Set(
    calm.trace.attempts.filter((each) => each.name === lane && hasFailed(each)).map(nameOf),
  );
  const stays = struck.trace.waits.filter(({ queue }) => queue === lane);
  const starved: Entity[] = [];
  const held: Entity[] = [];
  for (const entity of reached.keys()) {
    const [here, there] = [staysOf(struck.trace, lane, entity), staysOf(calm.trace, lane, entity)];
    if (longest(here) - longest(there) >= LATE_MILLISECONDS) held.push(entity);
    else if (
      there.some(
        ({ from }, index) => (here[index]?.from ?? Number.POSITIVE_INFINITY) - from >= LATE_MILLISECONDS,
      )
    )
      starved.push(entity);
  }
  return { struck: failed.filter((each) => !usual.has(nameOf(each))), starved, held, stays };
}

const hasFailed = ({ end, undone }: Attempt) => undone > 0 || end === "crashed" || end === "timed-out";
const nameOf = ({ about, from, name }: Attempt) => `${name} ${about} ${from}`;

/** The stays of an order's messages in a reaction's queue, in the order in which they came. */
function staysOf({ waits }: Trace, lane: string, entity: Entity): Interval[] {
  return waits
    .filter((wait) => wait.queue === lane && wait.entity === entity)
    .toSorted((one, other) => one.from - other.from);
}

/** A message that was never handled there has ended elsewhere, as a dead letter. */
const longest = (stays: readonly Interval[]) =>
  Math.max(0, ...stays.map(({ from, until }) => until - from).filter(Number.isFinite));
