// A path of the search as a list to be read.
import type { Contents } from "./contents.ts";
import type { Step } from "./going.ts";
import type { Finding } from "./search.ts";

export function told({ goesRound, path, violations }: Finding, contents: Contents): string {
  const lines = path.map((step, index) => `${String(index + 1).padStart(4)}  ${lineOf(step, contents)}`);
  return [...violations, ...lines, ...(goesRound ? ["      and so on from where it was"] : [])].join("\n");
}

function lineOf({ index, what, who, world }: Step, contents: Contents): string {
  const order = world.sagas.length > 1 ? `#${index + 1} ` : "";
  if (!who) return `${order}${what}`;
  const event = contents.get("event", who.begin.event);
  return `${order}${who.begin.name}${event ? ` (${event.type})` : ""} ${what}`;
}
