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
  /** How long orders were behind, in milliseconds from the start. */
  readonly behind: readonly Interval[];
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
  const behind: Interval[] = [];
  for (const entity of reached.keys()) {
    const [here, there] = [visit(struck.trace, lane, entity), visit(calm.trace, lane, entity)];
    if (!here && !there) continue;
    if (here && here.until - here.from - (there ? there.until - there.from : 0) >= LATE_MILLISECONDS)
      held.push(entity);
    else if (there && (here?.from ?? Number.POSITIVE_INFINITY) - there.from >= LATE_MILLISECONDS)
      starved.push(entity);
    const until = here?.until ?? there?.until;
    if (there && until !== undefined && until - there.until >= LATE_MILLISECONDS)
      behind.push({ from: there.until, until });
  }
  return { struck: failed.filter((each) => !usual.has(nameOf(each))), starved, held, behind, stays };
}

const hasFailed = ({ end, undone }: Attempt) => undone > 0 || end === "crashed" || end === "timed-out";
const nameOf = ({ about, from, name }: Attempt) => `${name} ${about} ${from}`;

/** From the first message that came for the order to the last that was handled. */
function visit({ waits }: Trace, lane: string, entity: Entity): Interval | undefined {
  const own = waits.filter((wait) => wait.queue === lane && wait.entity === entity);
  if (own.length === 0) return undefined;
  const ends = own.map(({ until }) => until).filter(Number.isFinite);
  const from = Math.min(...own.map((wait) => wait.from));
  return { from, until: Math.max(from, ...ends) };
}
