// Operations: alarms reach an operator with the page that says what to do; logs, mail events and dashboard.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { functionsOf } from "@order-saga/messaging";
import { allReactions, deadLetterQueuesOf } from "@order-saga/messaging/topology";
import { services } from "@order-saga/services";
import { all, find, physical, type Resource } from "../graph.ts";
import { root } from "../platform.ts";
import { types } from "../types.ts";
import { type DeploymentPromise, promise, unless } from "./promise.ts";

const reactions = allReactions(services);
const functions = services.flatMap((service) =>
  functionsOf(service).map((manifest) => ({ name: `${service.name}-${manifest.name}`, manifest })),
);

export const operationPromises: readonly DeploymentPromise[] = [
  promise("mail goes through the configuration set, which counts and suppresses bounces", (graph) => {
    const [set] = all(graph, types.configurationSet);
    const counted = all(graph, types.mailEvents).flatMap(
      ({ inputs: { eventDestination: to } }) =>
        (to?.cloudWatchDestination ? to.matchingEventTypes : []) as string[],
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
  promise(
    "every alarm tells a topic, also when it is over, and links to a page of docs/runbooks that exists",
    (graph) => {
      const topics = new Set(all(graph, types.topic).map(({ arn }) => arn));
      return unless(
        all(graph, types.alarm),
        ({ inputs }) => {
          const page = /Runbook: https:\/\/\S+\/([a-z-]+\.md)$/.exec(String(inputs.alarmDescription))?.[1];
          return (
            page !== undefined &&
            existsSync(join(root, "docs", "runbooks", page)) &&
            [inputs.alarmActions, inputs.okActions].every((arns) =>
              arns?.some((arn: string) => topics.has(arn)),
            )
          );
        },
        ({ inputs }) => String(inputs.alarmDescription),
      );
    },
  ),
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
    const wanted = [...reactions.flatMap((each) => [each.queue, ...deadLetterQueuesOf(each)]), ...functions];
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
