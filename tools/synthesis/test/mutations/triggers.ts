// Mistakes in what starts functions that a promise must name.
import { types } from "../../src/types.ts";
import { type Mutation, one, reaction } from "./edits.ts";

export const triggerMutations: readonly Mutation[] = [
  {
    change: "one function reads two queues",
    edit: (graph) => {
      const [first, second] = graph.resources.filter(({ type }) => type === types.mapping);
      if (first && second) second.inputs.functionName = first.inputs.functionName;
    },
    breaks: "no function is started by more than one queue, route or schedule",
  },
  {
    change: "one function answers two routes",
    edit: (graph) => {
      const [first, second] = graph.resources.filter(({ type }) => type === types.integration);
      if (first && second) second.inputs.integrationUri = first.inputs.integrationUri;
    },
    breaks: "no function is started by more than one queue, route or schedule",
  },
  {
    change: "a function is exempt from the detection of recursive loops",
    edit: (graph) => {
      const { name } = one(graph, types.function, reaction);
      graph.resources.push({
        ...one(graph, types.function, reaction),
        type: "aws:lambda/functionRecursionConfig:FunctionRecursionConfig",
        name: `${name}Recursion`,
        inputs: { functionName: name, recursiveLoop: "Allow" },
      });
    },
    breaks: "Lambda stops every function that starts itself",
  },
];
