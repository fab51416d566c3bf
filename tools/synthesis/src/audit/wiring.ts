// Nothing hangs in the air: queues have policies, rules targets, functions log groups, and callers may call.
import type { Graph, Resource } from "../graph.ts";
import { statementsIn } from "./walk.ts";

const ofType = ({ resources }: Graph, type: string): Resource[] =>
  resources.filter((each) => each.type === `aws:${type}`);

const urlOf = ({ arn, inputs }: Resource) => {
  const [, , , region, account] = arn.split(":");
  return `https://sqs.${region}.amazonaws.com/${account}/${inputs.name}`;
};

const sends = (statement: { Effect: string; Action?: string | string[] }) =>
  statement.Effect === "Allow" && [statement.Action ?? []].flat().includes("sqs:SendMessage");

export function loose(graph: Graph): string[] {
  return [
    ...ofType(graph, "sqs/queue:Queue").flatMap((queue) => {
      const policies = ofType(graph, "sqs/queuePolicy:QueuePolicy").filter(
        ({ inputs }) => inputs.queueUrl === urlOf(queue),
      );
      return policies.length === 1 ? [] : [`${queue.name} has ${policies.length} policies`];
    }),
    ...ofType(graph, "cloudwatch/eventRule:EventRule").flatMap(({ inputs, name }) =>
      ofType(graph, "cloudwatch/eventTarget:EventTarget").some(
        (target) => target.inputs.rule === inputs.name && target.inputs.eventBusName === inputs.eventBusName,
      )
        ? []
        : [`${name} has no target`],
    ),
    ...ofType(graph, "cloudwatch/eventTarget:EventTarget").flatMap((target) => refused(target, graph)),
    ...ofType(graph, "lambda/function:Function").flatMap((each) => unlogged(each, graph)),
    ...ofType(graph, "cloudwatch/logMetricFilter:LogMetricFilter").flatMap(({ inputs, name }) =>
      hasLogGroup(graph, inputs.logGroupName) ? [] : [`${name} reads a log group that is not there`],
    ),
    ...ofType(graph, "lambda/function:Function").flatMap((each) => uncalled(each, graph)),
  ];
}

/** A target whose queue, or whose dead-letter queue, has no statement that lets this rule send. */
function refused({ inputs, name }: Resource, graph: Graph): string[] {
  const rule = ofType(graph, "cloudwatch/eventRule:EventRule").find(
    (each) => each.inputs.name === inputs.rule && each.inputs.eventBusName === inputs.eventBusName,
  );
  if (!rule) return [`${name} is a target of a rule that is not there`];
  return [inputs.arn, inputs.deadLetterConfig?.arn]
    .filter((arn) => typeof arn === "string" && arn.includes(":sqs:"))
    .filter((arn) => {
      const queue = ofType(graph, "sqs/queue:Queue").find((each) => each.arn === arn);
      const policy = ofType(graph, "sqs/queuePolicy:QueuePolicy").find(
        (each) => queue && each.inputs.queueUrl === urlOf(queue),
      );
      return !statementsIn(policy?.inputs).some(
        (statement) => sends(statement) && JSON.stringify(statement.Condition ?? {}).includes(rule.arn),
      );
    })
    .map((arn) => `${name}: ${arn} does not let ${rule.arn} send`);
}

const hasLogGroup = (graph: Graph, name: unknown) =>
  ofType(graph, "cloudwatch/logGroup:LogGroup").some(({ inputs }) => inputs.name === name);

function unlogged({ inputs, name }: Resource, graph: Graph): string[] {
  const group = inputs.loggingConfig?.logGroup ?? `/aws/lambda/${inputs.name}`;
  return hasLogGroup(graph, group) ? [] : [`${name} writes to ${group}, which has no retention here`];
}

/** A function that no route, mapping, schedule or rule reaches is dead; so is a caller of none. */
function uncalled({ arn, name }: Resource, graph: Graph): string[] {
  const callers = graph.resources.filter(({ inputs, type }) => {
    const called = [inputs.integrationUri, inputs.target?.arn];
    if (type === "aws:lambda/eventSourceMapping:EventSourceMapping") called.push(inputs.functionName);
    return called.some(
      (each) =>
        typeof each === "string" &&
        (each === arn || each.startsWith(`${arn}:`) || each.startsWith(`${arn}/`)),
    );
  });
  return callers.length > 0 ? [] : [`${name} is called by nothing`];
}
