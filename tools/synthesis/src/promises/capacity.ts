// Capacity: what the API lets in fits the bus of its region, the provider, the account and the tables.

import { services } from "@order-saga/services";
import { apiLimitOf, type Throughput, UNTOLD_SECONDS, writesFor } from "@order-saga/stacks/fit";
import { orderLoad } from "@order-saga/stacks/order-load";
import { quotaIn, quotas } from "@order-saga/stacks/quotas";
import { all, type Graph, type Resource } from "../graph.ts";
import { types } from "../types.ts";
import { type DeploymentPromise, promise, unless } from "./promise.ts";
import { tablesOf } from "./tables.ts";

type Setting = keyof Graph["settings"];

const numberOf = ({ settings }: Graph, name: Setting) =>
  settings[name] ? Number(settings[name]) : undefined;

/** What the stage is given of its API's limit, and what follows where it is given none. */
export function apiLimit(graph: Graph) {
  const given: Throughput = {
    region: graph.region,
    apiPerSecond: numberOf(graph, "API_PER_SECOND"),
    apiBurst: numberOf(graph, "API_BURST"),
    concurrency: new Map(),
    warmOrdersPerSecond: undefined,
    putEventsPerSecond: numberOf(graph, "PUT_EVENTS_PER_SECOND"),
    deliveriesPerSecond: numberOf(graph, "DELIVERIES_PER_SECOND"),
    accountConcurrency: undefined,
    given: (name) => graph.settings[name as Setting],
  };
  return apiLimitOf(given);
}

/** The batches at once that a setting gives the reaction of a mapping. */
export function concurrencySet({ settings }: Graph, { inputs }: Resource): number | undefined {
  const found = (settings.REACTION_CONCURRENCY ?? "")
    .split(",")
    .map((each) => each.trim().split("="))
    .find(([name]) => name && String(inputs.eventSourceArn).endsWith(`-${name}`));
  return found && Number(found[1]);
}

/** How many batches a mapping gives its function at once. */
export function batchesAtOnce({ inputs }: Resource): number {
  const { provisionedPollerConfig: pollers, scalingConfig } = inputs;
  if (pollers) return pollers.maximumPollers * quotas.pollerConcurrency.value;
  return scalingConfig?.maximumConcurrency ?? Number.POSITIVE_INFINITY;
}

function throttle(graph: Graph): { rate: number; burst: number } {
  const [stage] = all(graph, types.apiStage);
  const { throttlingBurstLimit, throttlingRateLimit } = stage?.inputs.defaultRouteSettings ?? {};
  return { rate: Number(throttlingRateLimit), burst: Number(throttlingBurstLimit) };
}

/** What a function is told in its environment, of the first that is told. */
function told(graph: Graph, name: string): number {
  const found = all(graph, types.function).find(({ inputs }) => inputs.environment?.variables?.[name]);
  return Number(found?.inputs.environment.variables[name]);
}

/** A table or an index, as far as it is warm. */
type Warmed = { name?: string; warmThroughput?: { writeUnitsPerSecond: number } };

const over = (asked: number, allowed: number, what: string) =>
  asked <= allowed ? [] : [`${asked} ${what} of ${allowed}`];

export const capacityPromises: readonly DeploymentPromise[] = [
  promise("the bus of the region takes as many orders a second as the API", (graph) => {
    const { rate } = throttle(graph);
    const events = numberOf(graph, "PUT_EVENTS_PER_SECOND") ?? quotaIn("putEvents", graph.region);
    const deliveries = numberOf(graph, "DELIVERIES_PER_SECOND") ?? quotaIn("deliveries", graph.region);
    return [
      ...over(rate * orderLoad.events, events, "requests of PutEvents"),
      ...over(rate * orderLoad.deliveries, deliveries, "deliveries"),
    ];
  }),
  promise(
    "what the API lets in within a minute, before customers are told of lateness, payment can decide in time",
    (graph) => {
      const { burst, rate } = throttle(graph);
      const decided = told(graph, "STRIPE_PER_SECOND") * told(graph, "DECIDE_WITHIN_SECONDS");
      return over(rate * UNTOLD_SECONDS + burst, decided, "orders");
    },
  ),
  promise(
    "reactions, schedules and the API's routes together stay within the account's concurrency",
    (graph) => {
      const reactions = all(graph, types.mapping)
        .filter(({ inputs }) => inputs.enabled !== false)
        .reduce((sum, each) => sum + batchesAtOnce(each), 0);
      const schedules = all(graph, types.schedule).length;
      const allowed = numberOf(graph, "ACCOUNT_CONCURRENCY") ?? quotas.concurrency.value;
      return over(reactions + schedules + throttle(graph).rate / 20, allowed, "functions at once");
    },
  ),
  promise("each new table is warm for what the API lets in, with its indexes", (graph) =>
    services.flatMap(({ name }) => {
      const arns = tablesOf(graph, name).map(({ arn }) => arn);
      const table = graph.resources.find(({ arn }) => arns.includes(arn));
      // A restored table is as warm as it is, and belongs to no stage.
      if (!table) return [];
      const needed = writesFor(name, throttle(graph).rate);
      const takes = ({ warmThroughput }: Warmed) =>
        warmThroughput?.writeUnitsPerSecond ?? quotas.freshWrites.value;
      const indexes: Warmed[] = table.inputs.globalSecondaryIndexes ?? [];
      return [
        ...over(needed.table, takes(table.inputs), `write units of ${name}`),
        ...indexes.flatMap((index) =>
          over(needed.index, takes(index), `write units of ${name}'s index ${index.name}`),
        ),
      ];
    }),
  ),
  promise("no table is made anew because it is warmer than its setting", (graph) =>
    unless(
      // A stage that runs on restored tables has none of its own.
      graph.resources.filter(({ type }) => type === types.table),
      ({ options: { ignoreChanges = [] } }) => ignoreChanges.includes("warmThroughput"),
      () => "a lower setting would replace the table by an empty one",
    ),
  ),
];
