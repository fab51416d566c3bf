// Triggers: a function does one job, which one thing starts, and none starts itself without end.
import { all, functionOf, type Graph } from "../graph.ts";
import { types } from "../types.ts";
import { type DeploymentPromise, promise, unless } from "./promise.ts";

/** The ARNs of the functions that mappings, routes and schedules start, one for each that does. */
function started(graph: Graph): string[] {
  const called = [
    ...all(graph, types.mapping).map(({ inputs }) => inputs.functionName),
    ...all(graph, types.integration).map(({ inputs }) => inputs.integrationUri),
    ...all(graph, types.schedule).map(({ inputs }) => inputs.target?.arn),
  ];
  return called.flatMap((arn) => functionOf(graph, arn)?.arn ?? []);
}

export const triggerPromises: readonly DeploymentPromise[] = [
  promise("no function is started by more than one queue, route or schedule", (graph) => {
    const arns = started(graph);
    return unless(
      all(graph, types.function),
      ({ arn }) => arns.filter((each) => each === arn).length <= 1,
      () => "does the work of several functions",
    );
  }),
  promise("Lambda stops every function that starts itself over a queue", (graph) =>
    unless(
      graph.resources.filter(({ type }) => type.startsWith("aws:lambda/functionRecursionConfig:")),
      ({ inputs }) => inputs.recursiveLoop !== "Allow",
      () => "exempt from Lambda's detection of recursive loops",
    ),
  ),
];
