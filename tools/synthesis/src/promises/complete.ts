// Completeness: whatever a manifest names is deployed, whole.

import { allReactions } from "@order-saga/messaging/topology";
import { services } from "@order-saga/services";
import { find, functionOf, type Graph, physical } from "../graph.ts";
import { types } from "../types.ts";
import { type DeploymentPromise, promise } from "./promise.ts";

export const completenessPromises: readonly DeploymentPromise[] = [
  promise(
    "every reaction of the manifests is whole: rule, target, queue, both dead-letter queues, mapping, function",
    (graph) =>
      allReactions(services).flatMap(({ queue, rule }) =>
        missingParts(graph, queue.name, rule !== undefined),
      ),
  ),
  promise(
    "every schedule of the manifests runs its function at its rate, unless the stage is stopped",
    (graph) =>
      services.flatMap(({ name, schedules }) =>
        schedules.flatMap((manifest) => {
          const called = physical(graph, `${name}-${manifest.name}`);
          const minutes = manifest.everyMinutes;
          const rate = `rate(${minutes} ${minutes === 1 ? "minute" : "minutes"})`;
          const deployed = find(graph, types.function, ({ inputs }) => inputs.name === called);
          const schedule = find(
            graph,
            types.schedule,
            ({ inputs }) => deployed !== undefined && functionOf(graph, inputs.target.arn) === deployed,
          );
          const state = graph.settings.STOPPED === "yes" ? "DISABLED" : "ENABLED";
          const holds = schedule?.inputs.scheduleExpression === rate && schedule.inputs.state === state;
          return deployed && holds ? [] : [`${called}: does not run every ${minutes} min`];
        }),
      ),
  ),
];

/** A reaction to tasks has no rule: functions of its service send to its queue. */
function missingParts(graph: Graph, name: string, hasRule: boolean): string[] {
  const called = physical(graph, name);
  const named = (type: string, suffix = "") =>
    find(graph, type, ({ inputs }) => inputs.name === `${called}${suffix}`);
  const rule = named(types.rule);
  const queue = named(types.queue);
  const deployed = named(types.function);
  const parts: Record<string, unknown> = {
    queue,
    function: deployed,
    "dead-letter queue": named(types.queue, "-dlq"),
    ...(hasRule && {
      rule,
      "dead-letter queue of the target": named(types.queue, "-undelivered"),
      target: find(
        graph,
        types.target,
        ({ inputs }) => inputs.rule === rule?.inputs.name && inputs.arn === queue?.arn,
      ),
    }),
    mapping: find(
      graph,
      types.mapping,
      ({ inputs }) =>
        inputs.eventSourceArn === queue?.arn && functionOf(graph, inputs.functionName) === deployed,
    ),
  };
  return Object.entries(parts)
    .filter(([, found]) => found === undefined)
    .map(([part]) => `${name}: no ${part}`);
}
