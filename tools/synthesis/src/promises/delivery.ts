// Delivery: an event reaches its queue or waits where it can be found; a batch fails record by record.
import { type FunctionManifest, functionsOf } from "@order-saga/messaging";
import { processesOf } from "@order-saga/messaging/provider-limit";
import { allReactions } from "@order-saga/messaging/topology";
import { services } from "@order-saga/services";
import { all, find, functionOf, type Graph, parse, physical, type Resource } from "../graph.ts";
import { types } from "../types.ts";
import { batchesAtOnce } from "./capacity.ts";
import { type DeploymentPromise, promise, unless } from "./promise.ts";
import { hearsReturnedMail, ruleOfTarget } from "./returned-mail.ts";

function queueOf(graph: Graph, mapping: Resource): Resource | undefined {
  return find(graph, types.queue, ({ arn }) => arn === mapping.inputs.eventSourceArn);
}

/** How many processes a function may have: a schedule one, a reaction as many as its mapping lets it. */
function concurrencyOf(graph: Graph, service: string, manifest: FunctionManifest): number {
  if (!("hears" in manifest)) return 1;
  const mapping = all(graph, types.mapping).find((each) =>
    String(each.inputs.eventSourceArn).endsWith(`-${service}-${manifest.name}`),
  );
  return mapping ? batchesAtOnce(mapping) : Number.POSITIVE_INFINITY;
}

const isWithin = (value: unknown, least: number, most: number) =>
  typeof value === "number" && value >= least && value <= most;

/** What a rule of the default bus may hear, by its source. */
const fromAws: Readonly<Record<string, string>> = {
  "aws.s3": "Object Created",
  "aws.ses": "Email Bounced,Email Complaint Received",
};

export const deliveryPromises: readonly DeploymentPromise[] = [
  promise(
    "every rule is on, on the shop's bus or for uploads and returned mails, and matches named sources and types only",
    (graph) => {
      const [bus] = all(graph, types.bus);
      return unless(
        all(graph, types.rule),
        ({ inputs }) => {
          const pattern = parse<Record<string, string[]>>(inputs.eventPattern ?? "{}");
          const named = (values: unknown[] | undefined) =>
            values !== undefined && values.length > 0 && values.every((each) => typeof each === "string");
          return (
            inputs.state === "ENABLED" &&
            // What S3 and SES say goes to the default bus; nothing else of the stage may listen there.
            (fromAws[pattern.source?.join() ?? ""] === undefined
              ? inputs.eventBusName === bus?.inputs.name
              : inputs.eventBusName === "default" &&
                pattern["detail-type"]?.join() === fromAws[pattern.source?.join() ?? ""]) &&
            named(pattern.source) &&
            named(pattern["detail-type"])
          );
        },
        () => "off, on another bus, or open to events of another source",
      );
    },
  ),
  promise("every rule has one target, a queue that a function reads", (graph) =>
    unless(
      all(graph, types.rule),
      (rule) => {
        const targets = all(graph, types.target).filter(({ inputs }) => inputs.rule === rule.inputs.name);
        const [target] = targets;
        return (
          targets.length === 1 &&
          find(graph, types.mapping, ({ inputs }) => inputs.eventSourceArn === target?.inputs.arn) !==
            undefined
        );
      },
      () => "no queue that a function reads",
    ),
  ),
  promise("a rule's target is tried again for a day", (graph) =>
    unless(
      all(graph, types.target),
      ({ inputs }) =>
        inputs.retryPolicy?.maximumRetryAttempts === 185 &&
        inputs.retryPolicy?.maximumEventAgeInSeconds === 86_400,
      ({ inputs }) => `retry policy ${JSON.stringify(inputs.retryPolicy)}`,
    ),
  ),
  promise("a rule's target has a dead-letter queue of its own", (graph) => {
    const targets = all(graph, types.target).filter(
      (target) => !hearsReturnedMail(ruleOfTarget(graph, target)),
    );
    const arns = targets.map(({ inputs }) => inputs.deadLetterConfig?.arn);
    return [
      ...unless(
        targets,
        ({ inputs }) =>
          inputs.deadLetterConfig?.arn !== inputs.arn &&
          find(graph, types.queue, ({ arn }) => arn === inputs.deadLetterConfig?.arn) !== undefined,
        () => "what it cannot deliver is dropped",
      ),
      ...(new Set(arns).size < arns.length ? ["two targets share a dead-letter queue"] : []),
    ];
  }),
  promise("a queue that waits for a provider or a SKU is fair between customers", (graph) =>
    allReactions(services).flatMap(({ manifest, queue, rule }) => {
      if (rule?.bus !== "saga" || !(manifest.isFair || manifest.calls)) return [];
      const target = find(graph, types.target, ({ inputs }) => inputs.rule === physical(graph, rule.name));
      // What the publisher puts first in every event.
      return target?.inputs.sqsTarget?.messageGroupId === "$.resources[0]"
        ? []
        : [`${queue.name}: its messages have no customer's group`];
    }),
  ),
  promise("a batch answers record by record", (graph) =>
    unless(
      all(graph, types.mapping),
      ({ inputs }) => (inputs.functionResponseTypes ?? []).includes("ReportBatchItemFailures"),
      () => "one bad record returns the whole batch",
    ),
  ),
  promise("every mapping is limited and within SQS's bounds", (graph) =>
    unless(
      all(graph, types.mapping),
      ({ inputs }) =>
        isWithin(inputs.scalingConfig?.maximumConcurrency, 2, 1000) !==
          (isWithin(inputs.provisionedPollerConfig?.minimumPollers, 2, 200) &&
            isWithin(inputs.provisionedPollerConfig?.maximumPollers, 2, 2000)) &&
        inputs.batchSize >= 1 &&
        (inputs.batchSize <= 10 || inputs.maximumBatchingWindowInSeconds >= 1),
      ({ inputs }) => JSON.stringify({ batchSize: inputs.batchSize, scaling: inputs.scalingConfig }),
    ),
  ),
  promise(
    "processes that call a provider stay within its limit, each with the share that it begins with",
    (graph) =>
      services.flatMap((service) => {
        const functions = functionsOf(service).filter(({ calls }) => calls !== undefined);
        return [...new Set(functions.map(({ calls }) => calls?.setting ?? ""))].flatMap((setting) => {
          const running = functions.filter(({ calls }) => calls?.setting === setting);
          const deployed = running.flatMap(({ name }) =>
            all(graph, types.function).filter(({ inputs }) =>
              String(inputs.name).endsWith(`-${service.name}-${name}`),
            ),
          );
          const told = new Set(deployed.map(({ inputs }) => inputs.environment.variables[setting]));
          const perSecond = Number([...told][0]);
          const share = perSecond / processesOf(functions, running[0]?.calls?.provider ?? "ses", perSecond);
          const processes = running.reduce((sum, each) => sum + concurrencyOf(graph, service.name, each), 0);
          return [
            ...(told.size === 1 ? [] : [`functions of ${service.name} are told several ${setting}`]),
            ...(processes * share <= perSecond * 1.001
              ? []
              : [`${processes} processes of ${service.name} at ${share} pass ${setting}, ${perSecond}`]),
          ];
        });
      }),
  ),
  promise(
    "every mapping is on, unless the settings pause its reaction, stop the stage or give it to the worker",
    (graph) => {
      const { PAUSED_REACTIONS = "", STOPPED, WORKER_REACTIONS = "" } = graph.settings;
      const paused = `${PAUSED_REACTIONS},${WORKER_REACTIONS}`
        .split(",")
        .map((each) => physical(graph, each.trim()));
      return unless(
        all(graph, types.mapping),
        (mapping) => {
          const isPaused = STOPPED === "yes" || paused.includes(queueOf(graph, mapping)?.inputs.name);
          return (mapping.inputs.enabled === false) === isPaused;
        },
        ({ inputs }) => (inputs.enabled === false ? "paused" : "on"),
      );
    },
  ),
  promise("a message stays hidden for six function timeouts and the batch window", (graph) =>
    unless(
      all(graph, types.mapping),
      (mapping) => {
        const queue = queueOf(graph, mapping);
        const timeout =
          functionOf(graph, mapping.inputs.functionName)?.inputs.timeout ?? Number.POSITIVE_INFINITY;
        const window = mapping.inputs.maximumBatchingWindowInSeconds ?? 0;
        return (queue?.inputs.visibilityTimeoutSeconds ?? 0) >= 6 * timeout + window;
      },
      (mapping) => `visible again after ${queueOf(graph, mapping)?.inputs.visibilityTimeoutSeconds} s`,
    ),
  ),
];
