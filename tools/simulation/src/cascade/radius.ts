// The blast radius of a fault: which orders it has held or changed, and what it has done to each reaction.
import { allReactions } from "@order-saga/messaging/topology";
import { services } from "@order-saga/services";
import type { Outcome } from "./books.ts";
import { type Cause, type Closure, closureOf } from "./closure.ts";
import { type Difference, differenceOf } from "./differences.ts";
import { changedEffects } from "./effects.ts";
import { type Heat, heatOf } from "./heat.ts";
import type { Entity, Trace } from "./trace.ts";
import type { Twins } from "./twin.ts";

/** What is less than a second late, a customer does not notice. */
export const HELD_MILLISECONDS = 1000;

export type DrawnOrder = {
  readonly number: Entity;
  readonly cause: Cause;
  readonly difference: Difference;
  readonly struck: Outcome;
  readonly calm: Outcome;
};

export type Cascade = {
  readonly twins: Twins;
  readonly closure: Closure;
  /** The orders that the fault has reached and that differ. */
  readonly orders: readonly DrawnOrder[];
  /** When the fault was met first and last, or ended; milliseconds from the start. */
  readonly from: number;
  readonly until: number;
  /** When the last order reached the last of its states. */
  readonly healedAt: number;
  readonly heat: ReadonlyMap<string, Heat>;
  /** Orders whose books and whose drawing disagree: none, or the closure lacks an edge. */
  readonly disagreements: readonly Entity[];
};

export function cascadeOf(twins: Twins, closure = closureOf(twins)): Cascade {
  const { calm, plan, struck } = twins;
  const drawn: DrawnOrder[] = [];
  const disagreements: Entity[] = [];
  for (const number of entitiesOf(twins)) {
    const orderId = struck.run.world.orderIdOf({ number: Number(number) });
    if (!orderId.startsWith("ord_")) continue;
    const outcomes = { struck: struck.outcomeOf(orderId), calm: calm.outcomeOf(orderId) };
    const difference = differenceOf(outcomes.struck, outcomes.calm);
    const cause = closure.reached.get(number)?.cause;
    const isDrawn = cause !== undefined && changedEffects(twins, number).length > 0;
    if (isDrawn !== (difference !== undefined)) disagreements.push(number);
    if (cause && difference) drawn.push({ number, cause, difference, ...outcomes });
  }
  const strikes = struck.trace.strikes.map(({ at }) => at);
  const from = Math.min(...strikes);
  const until = Math.max(...strikes, ...plan.faults.map((fault) => fault.until ?? 0));
  return {
    twins,
    closure,
    orders: drawn,
    from,
    until,
    healedAt: Math.max(until, ...drawn.map((order) => Math.max(...order.struck.moments.values()))),
    heat: new Map(allReactions(services).map(({ queue: { name } }) => [name, heatOf(twins, closure, name)])),
    disagreements,
  };
}

/** Invocations for each order, with the fault and without it: how much work a fault makes of one order. */
export function amplificationOf({ calm, plan, struck }: Twins): { struck: number; calm: number } {
  const orders = plan.orders.length + (plan.bulks ?? []).reduce((sum, bulk) => sum + bulk.orders.length, 0);
  const perOrder = (trace: Trace) => trace.attempts.filter(({ from }) => from >= 0).length / orders;
  return { struck: perOrder(struck.trace), calm: perOrder(calm.trace) };
}

function entitiesOf({ calm, struck }: Twins): Set<Entity> {
  return new Set([...struck.trace.entries.keys(), ...calm.trace.entries.keys()]);
}

/** True if it came to the same end, at least a second later. */
export const isHeld = ({ difference: { changes, lateMilliseconds } }: DrawnOrder) =>
  !changes.includes("end") && lateMilliseconds >= HELD_MILLISECONDS;

export const isChanged = ({ difference: { changes } }: DrawnOrder) =>
  (["end", "money", "units", "mails", "deadline"] as const).some((each) => changes.includes(each));
