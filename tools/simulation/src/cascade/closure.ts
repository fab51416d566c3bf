// What the fault has caused: from the orders it struck, over what they share with others, to all that differ.
import type { Fault } from "../plan.ts";
import { type Divergence, divergencesOf } from "./divergence.ts";
import type { Attempt, Entity, Entry, Trace } from "./trace.ts";
import type { Twins } from "./twin.ts";

/** What lets one order change the course of another. */
export const edges = ["batch", "shared", "queue"] as const;
export type Edge = (typeof edges)[number];

export type Cause =
  /** The fault itself has struck it. */
  | { readonly by: "fault"; readonly fault: Fault }
  /** Another order; `over` names the function, the SKU or the queue that they share. */
  | { readonly by: Edge; readonly entity: Entity; readonly over: string };

export type Reached = Divergence & { readonly cause: Cause };

export type Closure = {
  /** By the moment of divergence. */
  readonly reached: ReadonlyMap<Entity, Reached>;
  /** What differs, and no cause was found for. */
  readonly unexplained: readonly Divergence[];
};

/** One run's view of a divergence. */
type Side = { trace: Trace; entries: readonly Entry[]; entry: Entry | undefined };

type Search = { twins: Twins; divergence: Divergence; reached: ReadonlyMap<Entity, Reached>; sides: Side[] };

export function closureOf(twins: Twins, followed: readonly Edge[] = edges): Closure {
  const { calm, struck } = twins;
  const divergences = divergencesOf(struck.trace, calm.trace);
  const reached = new Map<Entity, Reached>();
  let waiting = [...divergences.values()];
  for (;;) {
    const left = waiting.filter((divergence) => {
      const cause = causeOf({ twins, divergence, reached, sides: sidesOf(twins, divergence) }, followed);
      if (cause) reached.set(divergence.entity, { ...divergence, cause });
      return !cause;
    });
    if (left.length === waiting.length) return { reached, unexplained: left };
    waiting = left;
  }
}

function sidesOf({ calm, struck }: Twins, divergence: Divergence): Side[] {
  return [
    { trace: struck.trace, entry: divergence.struck },
    { trace: calm.trace, entry: divergence.calm },
  ].map(({ entry, trace }) => ({ trace, entry, entries: trace.entries.get(divergence.entity) ?? [] }));
}

function causeOf(search: Search, followed: readonly Edge[]): Cause | undefined {
  const fault = faultOn(search);
  if (fault) return { by: "fault", fault };
  for (const by of followed) {
    const found = finders[by](search);
    if (found) return { by, ...found };
  }
  return undefined;
}

type Found = { entity: Entity; over: string };
type Finder = (search: Search) => Found | undefined;

const finders: Record<Edge, Finder> = { batch, shared, queue };

/** What messages that are about no order are entered under. */
const NO_ORDER = "undefined";

/** The fault that strikes this order where it leaves its course, or has kept a message of it from coming. */
function faultOn({ divergence, sides, twins }: Search): Fault | undefined {
  const { at, entity, struck } = divergence;
  if (struck?.fault) return struck.fault;
  const { met } = twins.struck.trace;
  return twins.plan.faults.find((fault) => {
    const since = met.get(fault);
    if (since === undefined || at < since) return false;
    if (fault.kind === "poison" && entity === NO_ORDER) return true;
    if (fault.order !== undefined) return String(fault.order) === entity;
    return (
      sides.some(
        ({ entry }) => entry !== undefined && (isIn(fault.at, entry.lane) || isOf(fault.at, entry)),
      ) || isClock(fault, sides)
    );
  });
}

/** True if the lane is the place: the function or its queue, or a function of the service. */
const isIn = (place: string, lane: string) =>
  lane === place || lane.startsWith(`${place}-`) || place === "bus";

/** True if it is a call that the place, the provider or the mail, has not answered. */
const isOf = (place: string, { isDone, kind, what }: Entry) =>
  kind === "call" && !isDone && what.startsWith(`${place} `);

/** A wrong clock tells in what the service has written, which others act on. */
function isClock({ at, kind }: Fault, sides: readonly Side[]): boolean {
  if (kind !== "clock-skew" && kind !== "clock-jump") return false;
  return sides.some(({ entries }) => entries.some(({ lane }) => isIn(at, lane)));
}

/** True if the other order had left its course by then. */
function hasLeft({ reached }: Search, entity: Entity, by: number): boolean {
  const other = reached.get(entity);
  return other !== undefined && other.since <= by;
}

/** The attempts that the order was in, up to where it leaves its course, the latest first. */
function attemptsOf({ entries, entry }: Side, { same }: Divergence): Attempt[] {
  const own = [...entries.slice(0, same), ...(entry ? [entry] : [])];
  return [...new Set(own.flatMap(({ attempt }) => attempt ?? []))].reverse();
}

/** An order that was handled in the same attempt: of a batch, or of a run of a schedule. */
function batch(search: Search): Found | undefined {
  const { divergence, sides } = search;
  for (const side of sides) {
    for (const attempt of attemptsOf(side, divergence)) {
      for (const entity of attempt.entities)
        if (entity !== divergence.entity && hasLeft(search, entity, divergence.at))
          return { entity, over: attempt.name };
    }
  }
  return undefined;
}

/** An order whose attempt has asked for the same SKU, or another thing of all orders, before. */
function shared(search: Search): Found | undefined {
  const { divergence, sides } = search;
  for (const side of sides) {
    const open = attemptsOf(side, divergence).filter(({ until }) => until >= divergence.since);
    for (const [over, since] of open.flatMap(({ touched }) => [...touched])) {
      if (since > divergence.at) continue;
      for (const { trace } of sides) {
        for (const { entities, touched } of trace.attempts) {
          const at = touched.get(over);
          if (at === undefined || at > divergence.at) continue;
          for (const entity of entities)
            if (entity !== divergence.entity && hasLeft(search, entity, divergence.at))
              return { entity, over };
        }
      }
    }
  }
  return undefined;
}

/** An order whose messages were under way when the queue could take no more. */
function queue(search: Search): Found | undefined {
  const { divergence, sides } = search;
  for (const { trace } of sides) {
    for (const { at, entity: waiting, queue: over } of trace.crowds) {
      if (waiting !== divergence.entity || at > divergence.at) continue;
      for (const { entities, from, name, until } of trace.attempts) {
        if (name !== over || from > divergence.at || until < at) continue;
        for (const entity of entities) if (hasLeft(search, entity, divergence.at)) return { entity, over };
      }
    }
  }
  return undefined;
}
