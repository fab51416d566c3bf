// What an order's attempts have brought about, by the trace: which effect came when for the first time.
import type { Entity, Entry, Trace } from "./trace.ts";
import type { Twins } from "./twin.ts";

/** Faults after which the call has had its effect all the same, though no answer said so. */
const withEffect: readonly string[] = ["publish-answer-lost", "mail-answer-lost"];

const hasEffect = ({ fault, isDone }: Entry) =>
  isDone || (fault !== undefined && withEffect.includes(fault.kind));

function effectsIn({ fault, what }: Entry): string[] {
  if (!what.startsWith("publish ")) return /^(write|mail) /.test(what) ? [what] : [];
  const events = what.replace("publish publish ", "").split(", ");
  // The bus refuses the last entry, and says so.
  return fault?.kind === "bus-half-failed" ? events.slice(0, -1) : events;
}

function effectsOf(trace: Trace, entity: Entity): Map<string, number> {
  const first = new Map<string, number>();
  for (const entry of trace.entries.get(entity) ?? []) {
    if (!hasEffect(entry)) continue;
    for (const effect of effectsIn(entry)) if (!first.has(effect)) first.set(effect, entry.at);
  }
  return first;
}

/** The effects that came at another time, only with the fault, or only without it. */
export function changedEffects({ calm, struck }: Twins, entity: Entity): string[] {
  const [a, b] = [effectsOf(struck.trace, entity), effectsOf(calm.trace, entity)];
  return [...new Set([...a.keys(), ...b.keys()])].filter((effect) => a.get(effect) !== b.get(effect));
}
