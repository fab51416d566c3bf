// Each switch turned, where the graph has it first.
import type { Graph } from "../../src/graph.ts";
import { switches, switchesIn } from "../../src/promises/switches.ts";
import { types } from "../../src/types.ts";
import { inputs, type Mutation } from "./edits.ts";

const breaks = "every switch of the deployment stands as it must";

function turned(field: string) {
  return (graph: Graph) => {
    const holder = graph.resources.find((each) => switchesIn(each).some((found) => found.field === field));
    if (!holder) throw new Error(`The graph has no ${field} to turn.`);
    const path = field.split(" ")[1]?.split(".") ?? [];
    const last = path.pop() ?? "";
    // biome-ignore lint/suspicious/noExplicitAny: inputs are as wide as AWS
    const owner = path.reduce((value: any, key) => [value[key]].flat()[0], holder.inputs);
    owner[last] = !owner[last];
  };
}

export const switchMutations: readonly Mutation[] = [
  ...switches
    .filter(({ is }) => is !== undefined)
    .map(
      ({ field }): Mutation => ({
        change: `${field} is turned`,
        edit: turned(field),
        breaks,
        // Production's issuer of tokens is somebody else's.
        ...(field.startsWith("cognito/") && { in: "ada" as const }),
      }),
    ),
  {
    change: "a switch of which nothing says how it must stand",
    edit: inputs(types.table, "", (each) => {
      each.restoreToLatestTime = true;
    }),
    breaks,
  },
];
