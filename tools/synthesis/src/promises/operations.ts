// Operations: every failure has an alarm, and every alarm names the page that says what to do.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { functionsOf } from "@order-saga/messaging";
import { allReactions } from "@order-saga/messaging/topology";
import { services } from "@order-saga/services";
import { all, find, type Graph, type Resource } from "../graph.ts";
import { root } from "../platform.ts";
import { types } from "../types.ts";
import { type DeploymentPromise, promise, unless } from "./promise.ts";

type Watch = { metric: string; dimension: string; value: string };

function watched(graph: Graph, { metric, dimension, value }: Watch): boolean {
  return (
    find(
      graph,
      types.alarm,
      ({ inputs }) =>
        inputs.metricName === metric &&
        inputs.dimensions?.[dimension] === value &&
        inputs.actionsEnabled !== false &&
        (inputs.alarmActions ?? []).length > 0,
    ) !== undefined
  );
}

function unwatched(graph: Graph, watches: readonly Watch[]): string[] {
  return watches
    .filter((each) => !watched(graph, each))
    .map(({ metric, value }) => `${value}: no alarm on ${metric}`);
}

function physical(graph: Graph, name: string): string {
  return `${graph.app}-${graph.stage}-${name}`;
}

const reactions = allReactions(services);
const functions = services.flatMap((service) =>
  functionsOf(service).map((manifest) => ({ name: `${service.name}-${manifest.name}`, manifest })),
);

function onQueues(graph: Graph, metric: string, names: readonly string[]): string[] {
  return unwatched(
    graph,
    names.map((name) => ({ metric, dimension: "QueueName", value: physical(graph, name) })),
  );
}

function onFunctions(graph: Graph, metric: string, names: readonly string[]): string[] {
  return unwatched(
    graph,
    names.map((name) => ({ metric, dimension: "FunctionName", value: physical(graph, name) })),
  );
}

/** A log line that must raise an alarm: its filter and the alarm on the filter's metric. */
function onLog(graph: Graph, functionName: string, text: string): string[] {
  const filter = find(
    graph,
    types.metricFilter,
    ({ inputs }) =>
      inputs.logGroupName === `/aws/lambda/${physical(graph, functionName)}` &&
      String(inputs.pattern).includes(JSON.stringify(text)),
  );
  const { name, namespace } = filter?.inputs.metricTransformation ?? {};
  const alarm = find(
    graph,
    types.alarm,
    ({ inputs }) =>
      inputs.metricName === name && inputs.namespace === namespace && inputs.alarmActions?.length > 0,
  );
  return filter && alarm ? [] : [`${functionName}: no alarm on the log line "${text}"`];
}

export const operationPromises: readonly DeploymentPromise[] = [
  promise("an alarm tells of every dead letter", (graph) =>
    onQueues(graph, "ApproximateNumberOfMessagesVisible", [
      ...reactions.map(({ deadLetterQueue }) => deadLetterQueue.name),
      "bus-dlq",
    ]),
  ),
  promise("an alarm tells of every event that was not delivered", (graph) =>
    onQueues(
      graph,
      "ApproximateNumberOfMessagesVisible",
      reactions.map(({ undeliveredQueue }) => undeliveredQueue.name),
    ),
  ),
  promise("an alarm fires when messages wait too long", (graph) =>
    onQueues(
      graph,
      "ApproximateAgeOfOldestMessage",
      reactions.map(({ queue }) => queue.name),
    ),
  ),
  promise("an alarm fires when a rule fails", (graph) =>
    ["FailedInvocations", "InvocationsFailedToBeSentToDlq"].flatMap((metric) =>
      unwatched(
        graph,
        reactions.map(({ rule }) => ({ metric, dimension: "RuleName", value: physical(graph, rule.name) })),
      ),
    ),
  ),
  promise("an alarm fires when a function fails, is throttled or nearly times out", (graph) =>
    ["Errors", "Throttles", "Duration"].flatMap((metric) =>
      onFunctions(
        graph,
        metric,
        functions.map(({ name }) => name),
      ),
    ),
  ),
  promise("an alarm fires when a schedule does not run", (graph) =>
    onFunctions(
      graph,
      "Invocations",
      functions.filter(({ manifest }) => "everyMinutes" in manifest).map(({ name }) => name),
    ),
  ),
  promise("an alarm tells of orders that are not settled past their bound", (graph) =>
    onLog(graph, "orders-sweep-orders", "order is stuck"),
  ),
  promise("an alarm fires when an invariant is violated", (graph) =>
    reactions.flatMap(({ queue }) => onLog(graph, queue.name, "InvariantViolation")),
  ),
  promise("an alarm tells of mail that was refused, is in doubt, or came back", (graph) => [
    ...onLog(graph, "notification-notify-customer", "mail refused"),
    ...onLog(graph, "notification-notify-customer", "mail outcome unknown"),
    ...unwatched(
      graph,
      ["Bounce", "Complaint"].map((metric) => ({
        metric,
        dimension: "ses:configuration-set",
        value: physical(graph, "mail"),
      })),
    ),
  ]),
  promise("mail goes through the configuration set, which counts and suppresses bounces", (graph) => {
    const [set] = all(graph, types.configurationSet);
    const counted = all(graph, types.mailEvents).flatMap(
      ({ inputs }) => (inputs.eventDestination?.matchingEventTypes ?? []) as string[],
    );
    const sender = find(graph, types.function, ({ inputs }) =>
      String(inputs.name).endsWith("-notify-customer"),
    );
    const holds =
      set?.inputs.suppressionOptions?.suppressedReasons?.includes("BOUNCE") &&
      set.inputs.deliveryOptions?.tlsPolicy === "REQUIRE" &&
      counted.includes("BOUNCE") &&
      counted.includes("COMPLAINT") &&
      sender?.inputs.environment.variables.CONFIGURATION_SET === set.inputs.configurationSetName;
    return holds ? [] : ["the configuration set is not used, or does not count"];
  }),
  promise("every alarm tells a topic and links to a page of docs/runbooks that exists", (graph) => {
    const topics = new Set(all(graph, types.topic).map(({ arn }) => arn));
    return unless(
      all(graph, types.alarm),
      ({ inputs }) => {
        const page = /Runbook: \S*?([a-z-]+\.md)$/.exec(String(inputs.alarmDescription))?.[1];
        return (
          page !== undefined &&
          existsSync(join(root, "docs", "runbooks", page)) &&
          (inputs.alarmActions ?? []).some((arn: string) => topics.has(arn))
        );
      },
      ({ inputs }) => String(inputs.alarmDescription),
    );
  }),
  promise("alarms are encrypted and only this account's may use the topic", (graph) => [
    ...unless(
      all(graph, types.topic),
      ({ inputs }) => inputs.kmsMasterKeyId === all(graph, types.key)[0]?.arn,
      () => "not encrypted with the stage's key",
    ),
    ...unless(
      all(graph, types.topicPolicy),
      ({ inputs }) => String(inputs.policy).includes('"aws:SourceAccount"'),
      () => "anybody's alarms may use it",
    ),
  ]),
  promise("logs are kept for a while and then forgotten", (graph) =>
    unless(
      all(graph, types.logGroup),
      ({ inputs }) => inputs.retentionInDays > 0 && inputs.retentionInDays <= 400,
      ({ inputs }) => `${inputs.retentionInDays} days`,
    ),
  ),
  promise("the dashboard shows every queue and every function", (graph) => {
    const body = all(graph, types.dashboard)
      .map(({ inputs }) => String(inputs.dashboardBody))
      .join();
    const shown = (name: string) => body.includes(JSON.stringify(physical(graph, name)));
    const wanted = [
      ...reactions.flatMap((each) => [each.queue, each.deadLetterQueue, each.undeliveredQueue]),
      ...functions,
    ];
    return wanted.filter(({ name }) => !shown(name)).map(({ name }) => `${name}: not on the dashboard`);
  }),
  promise(
    "of an invocation that went well Lambda writes no line, and of the function's lines it drops none",
    (graph) =>
      unless(
        all(graph, types.function),
        ({ inputs: { loggingConfig } }) =>
          loggingConfig?.systemLogLevel === "WARN" && loggingConfig.applicationLogLevel === "DEBUG",
        ({ inputs: { loggingConfig } }) =>
          `system ${loggingConfig?.systemLogLevel}, application ${loggingConfig?.applicationLogLevel}`,
      ),
  ),
  promise("every function runs on Node 24 and logs JSON", (graph) =>
    unless(
      all(graph, types.function),
      (each: Resource) =>
        each.inputs.runtime === "nodejs24.x" && each.inputs.loggingConfig?.logFormat === "JSON",
      ({ inputs }) => `${inputs.runtime}, ${inputs.loggingConfig?.logFormat}`,
    ),
  ),
];
