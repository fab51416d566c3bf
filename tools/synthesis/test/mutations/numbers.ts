// One wrong number for each promise about numbers; numbers.test.ts tries all of them, several times over.
import { numbersIn } from "../../src/numbers.ts";
import { type Row, rows } from "../../src/promises/numbers.ts";
import { types } from "../../src/types.ts";
import { type Mutation, one, reaction } from "./edits.ts";

function mutationOf(row: Row): Mutation {
  return {
    change: `${row.path} of ${row.type.split(":").at(-1)} is ten times as much`,
    edit(graph) {
      const found = graph.resources
        .filter((each) => each.type === row.type && (row.of?.(each) ?? true))
        .flatMap(numbersIn)
        .find(({ path }) => path === row.path);
      if (!found) throw new Error(`The graph has no ${row.type} with ${row.path}.`);
      found.write(found.value === 0 ? 10 : 10 * found.value);
    },
    breaks: row.says,
    ...(row.developers && { in: "ada" as const }),
  };
}

export const numberMutations: readonly Mutation[] = [
  ...rows.map(mutationOf),
  {
    change: "a number that no promise knows",
    edit: (graph) => {
      one(graph, types.function, reaction).inputs.reservedConcurrentExecutions = 1;
    },
    breaks: "every number of the deployment",
  },
];
