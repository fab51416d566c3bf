// A path of the search as a list to be read.
import type { Interner } from "./interner.ts";
import type { Finding } from "./search.ts";
import type { Step } from "./step.ts";

export function describePath({ goesRound, path, violations }: Finding, interner: Interner): string {
  const lines = path.map((step, index) => `${String(index + 1).padStart(4)}  ${lineOf(step, interner)}`);
  return [...violations, ...lines, ...(goesRound ? ["      and so on from where it was"] : [])].join("\n");
}

function lineOf({ index, what, who, world }: Step, interner: Interner): string {
  const order = world.sagas.length > 1 ? `#${index + 1} ` : "";
  if (!who) return `${order}${what}`;
  const event = interner.get("event", who.begin.event);
  const { name, sighting } = who.begin;
  const belief = sighting.length > 0 ? `, believing ${sighting.join("+")} available,` : "";
  return `${order}${name}${event ? ` (${event.type})` : ""}${belief} ${what}`;
}
