// Rollout: whatever calls a function calls its live version, so that a new one can be taken back.
import { all, find, functionOf, type Graph, type Resource } from "../graph.ts";
import { types } from "../types.ts";
import { type DeploymentPromise, promise, unless } from "./promise.ts";

/** A production without versions would break the promises; a developer's stage needs none. */
const keepsVersions = (graph: Graph) =>
  graph.stage === "production" || all(graph, types.function).some(({ inputs }) => inputs.publish);

/** Every way in which a function is called, with the ARN that is called. */
function callers(graph: Graph): { name: string; arn: string }[] {
  return [
    ...all(graph, types.mapping).map(({ name, inputs }) => ({ name, arn: inputs.functionName })),
    ...all(graph, types.integration).map(({ name, inputs }) => ({ name, arn: inputs.integrationUri })),
    ...all(graph, types.schedule).map(({ name, inputs }) => ({ name, arn: inputs.target.arn })),
  ];
}

const qualifierOf = (arn: string): string | undefined => arn.split(":")[7];

function aliasOf(graph: Graph, { inputs }: Resource): Resource | undefined {
  return find(
    graph,
    types.alias,
    (alias) => alias.inputs.functionName === inputs.name && alias.inputs.name === "live",
  );
}

export const rolloutPromises: readonly DeploymentPromise[] = [
  promise("every function of a stage with versions publishes them, and has an alias that is one", (graph) =>
    keepsVersions(graph)
      ? unless(
          all(graph, types.function),
          (each) =>
            each.inputs.publish === true && /^\d+$/.test(aliasOf(graph, each)?.inputs.functionVersion),
          () => "no versions, or no alias `live` of one of them",
        )
      : [],
  ),
  promise("routes, mappings and schedules call the live alias where there is one", (graph) =>
    unless(
      callers(graph),
      ({ arn }) => {
        const called = functionOf(graph, arn);
        return called !== undefined && qualifierOf(arn) === aliasOf(graph, called)?.inputs.name;
      },
      ({ arn }) => `calls ${arn}`,
    ),
  ),
  promise("the API may call what its routes call", (graph) =>
    unless(
      all(graph, types.integration),
      ({ inputs: { integrationUri } }) =>
        find(
          graph,
          types.permission,
          ({ inputs }) =>
            functionOf(graph, inputs.function) === functionOf(graph, integrationUri) &&
            inputs.qualifier === qualifierOf(integrationUri),
        ) !== undefined,
      ({ inputs }) => `may not call ${inputs.integrationUri}`,
    ),
  ),
  promise("a schedule's failed run is not tried again beside the next one", (graph) =>
    unless(
      all(graph, types.schedule),
      ({ inputs: { target } }) => {
        const config = find(
          graph,
          types.invokeConfig,
          ({ inputs }) =>
            inputs.functionName === functionOf(graph, target.arn)?.inputs.name &&
            inputs.qualifier === qualifierOf(target.arn),
        );
        return config?.inputs.maximumRetryAttempts === 0 && target.retryPolicy?.maximumRetryAttempts === 0;
      },
      ({ inputs }) => `Lambda tries ${inputs.target.arn} again`,
    ),
  ),
  promise("a live alias is moved by its deployment or by the rollout after it, never by both", (graph) =>
    unless(
      graph.resources.filter(({ type }) => type === types.alias),
      ({ options: { ignoreChanges = [] } }) =>
        ignoreChanges.includes("functionVersion") === ignoreChanges.includes("routingConfig"),
      ({ options }) => `the deployment leaves it ${options.ignoreChanges}`,
    ),
  ),
];
