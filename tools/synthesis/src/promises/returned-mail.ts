// Returned mails: SES tells of bounces and complaints, and no address leaves the account's default bus.
import { allReactions } from "@order-saga/messaging/topology";
import { services } from "@order-saga/services";
import { all, find, type Graph, parse, physical, type Resource } from "../graph.ts";
import { types } from "../types.ts";
import { type DeploymentPromise, promise, sameSet } from "./promise.ts";

/** All that may go on of SES's event, which also has the address, the subject and the mail's headers. */
const impersonal = [
  "$.detail-type",
  "$.time",
  "$.detail.mail.tags.order[0]",
  "$.detail.mail.tags.mail[0]",
  "$.detail.bounce.bounceType",
];

type Pattern = { source?: string[]; detail?: { mail?: { tags?: Record<string, unknown[]> } } };

const patternOf = (rule: Resource) => parse<Pattern>(rule.inputs.eventPattern ?? "{}");

/** A rule for what SES tells, whose target keeps no event that it cannot deliver. */
export const hearsReturnedMail = (rule: Resource | undefined): boolean =>
  rule?.type === types.rule && patternOf(rule).source?.join() === "aws.ses";

export const ruleOfTarget = (graph: Graph, target: Resource): Resource | undefined =>
  find(graph, types.rule, ({ inputs }) => inputs.name === target.inputs.rule);

export const returnedMailPromises: readonly DeploymentPromise[] = [
  promise("SES tells the account's default bus of the stage's bounces and complaints", (graph) => {
    const [set] = all(graph, types.configurationSet);
    const told = all(graph, types.mailEvents).filter(({ inputs }) => {
      const { enabled, eventBridgeDestination, matchingEventTypes = [] } = inputs.eventDestination ?? {};
      return (
        inputs.configurationSetName === set?.inputs.configurationSetName &&
        enabled === true &&
        String(eventBridgeDestination?.eventBusArn).endsWith(":event-bus/default") &&
        sameSet(matchingEventTypes, ["BOUNCE", "COMPLAINT"])
      );
    });
    return told.length === 1 ? [] : [`${told.length} event destinations`];
  }),
  promise("a mail of the stage that came back reaches its reaction, without its address", (graph) => {
    const [set] = all(graph, types.configurationSet);
    const reactions = allReactions(services).filter(({ returnedMailRule }) => returnedMailRule);
    const rules = all(graph, types.rule).filter(hearsReturnedMail);
    if (rules.length !== reactions.length) return [`${rules.length} rules hear of returned mails`];
    return reactions.flatMap(({ queue, returnedMailRule = "" }) => {
      const rule = rules.find(({ inputs }) => inputs.name === physical(graph, returnedMailRule));
      const target = find(graph, types.target, ({ inputs }) => inputs.rule === rule?.inputs.name);
      const { arn, deadLetterConfig, inputTransformer } = target?.inputs ?? {};
      const paths = Object.values<string>(inputTransformer?.inputPaths ?? {});
      const named = rule && patternOf(rule).detail?.mail?.tags?.["ses:configuration-set"]?.join();
      const holds =
        rule?.inputs.eventBusName === "default" &&
        named === set?.inputs.configurationSetName &&
        arn === find(graph, types.queue, ({ inputs }) => inputs.name === physical(graph, queue.name))?.arn &&
        paths.length > 0 &&
        paths.every((path) => impersonal.includes(path)) &&
        !String(inputTransformer.inputTemplate).includes("aws.events.event") &&
        // AWS does not say that a dead letter is what the transformer made.
        deadLetterConfig === undefined;
      return holds ? [] : [`${returnedMailRule}: is lost, or passes on more than it may`];
    });
  }),
];
