// Where an order's history leaves the one that it has without the fault.
import type { Entity, Entry, Trace } from "./trace.ts";

export type Divergence = {
  readonly entity: Entity;
  /** The earliest moment at which it can have been another one, and by which it shows, in milliseconds. */
  readonly since: number;
  readonly at: number;
  /** The first entry that the other run does not have; undefined after a run's last entry. */
  readonly struck: Entry | undefined;
  readonly calm: Entry | undefined;
  /** How many entries are the same in both. */
  readonly same: number;
};

export function divergencesOf(struck: Trace, calm: Trace): Map<Entity, Divergence> {
  const entities = new Set([...struck.entries.keys(), ...calm.entries.keys()]);
  const found = [...entities].flatMap((entity): [Entity, Divergence][] => {
    const divergence = divergenceOf(entity, struck.entries.get(entity) ?? [], calm.entries.get(entity) ?? []);
    return divergence ? [[entity, divergence]] : [];
  });
  return new Map(found.sort(([, a], [, b]) => a.at - b.at));
}

function divergenceOf(
  entity: Entity,
  struck: readonly Entry[],
  calm: readonly Entry[],
): Divergence | undefined {
  let same = 0;
  while (same < struck.length && same < calm.length && isSame(struck[same], calm[same])) same++;
  const [a, b] = [struck[same], calm[same]];
  if (!a && !b) return undefined;
  const shown = [a, b].filter((entry) => entry !== undefined);
  const at = Math.min(...shown.map((entry) => entry.at));
  const since = Math.min(...shown.map((entry) => entry.since));
  return { entity, since, at, struck: a, calm: b, same };
}

function isSame(a: Entry | undefined, b: Entry | undefined): boolean {
  return (
    a?.at === b?.at && a?.lane === b?.lane && a?.what === b?.what && a?.isDone === b?.isDone && !a?.fault
  );
}
