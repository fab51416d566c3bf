// Every alarm reads a metric that a resource of the graph gives, and tells a topic that somebody hears.
import type { Graph, Resource } from "../graph.ts";

type Read = {
  namespace?: string;
  metricName?: string;
  dimensions?: Record<string, string>;
};

/** Whose metrics AWS gives by itself: the resource of a dimension, and its field that is repeated. */
type Emitter = { dimension: string; type: string; field: "name" | "id" | "arn"; optional?: string[] };

const emitters: Readonly<Record<string, readonly Emitter[]>> = {
  "AWS/SQS": [{ dimension: "QueueName", type: "aws:sqs/queue:Queue", field: "name" }],
  "AWS/Lambda": [
    {
      dimension: "FunctionName",
      type: "aws:lambda/function:Function",
      field: "name",
      optional: ["Resource", "ExecutedVersion"],
    },
  ],
  "AWS/ApiGateway": [
    {
      dimension: "ApiId",
      type: "aws:apigatewayv2/api:Api",
      field: "id",
      optional: ["Stage", "Method", "Resource", "Route"],
    },
  ],
  "AWS/Events": [
    {
      dimension: "RuleName",
      type: "aws:cloudwatch/eventRule:EventRule",
      field: "name",
      optional: ["EventBusName"],
    },
    {
      dimension: "EventBusName",
      type: "aws:cloudwatch/eventBus:EventBus",
      field: "name",
      optional: ["RuleName"],
    },
    { dimension: "EventSourceName", type: "", field: "name", optional: ["EventBusName"] },
  ],
  "AWS/DynamoDB": [
    {
      dimension: "TableName",
      type: "aws:dynamodb/table:Table",
      field: "name",
      optional: ["Operation", "GlobalSecondaryIndexName"],
    },
  ],
  "AWS/SNS": [{ dimension: "TopicName", type: "aws:sns/topic:Topic", field: "name" }],
};

/** Metrics of the whole account, without a resource of their own. */
const ofAccount = new Set([
  "AWS/Lambda",
  "AWS/SES",
  "AWS/Usage",
  "AWS/Billing",
  "AWS/Events",
  "AWS/DynamoDB",
]);

const isAlarm = ({ type }: Resource) => type === "aws:cloudwatch/metricAlarm:MetricAlarm";

function readsOf({ inputs }: Resource): Read[] {
  const queries = (inputs.metricQueries ?? []) as { metric?: Read }[];
  const direct = inputs.metricName === undefined ? [] : [inputs as Read];
  return [...direct, ...queries.flatMap(({ metric }) => metric ?? [])];
}

export function blindAlarms(graph: Graph): string[] {
  return graph.resources.filter(isAlarm).flatMap((alarm) => {
    const reads = readsOf(alarm);
    const nothing = reads.length === 0 ? [`${alarm.name} reads no metric`] : [];
    const blind = reads.filter((read) => !isGiven(read, graph));
    return [
      ...nothing,
      ...blind.map(
        (read) =>
          `${alarm.name} reads ${read.namespace} ${read.metricName} of ${JSON.stringify(read.dimensions ?? {})}, which nothing here gives`,
      ),
    ];
  });
}

function isGiven({ dimensions = {}, metricName, namespace = "" }: Read, graph: Graph): boolean {
  const given = Object.keys(dimensions);
  if (namespace === "AWS/SES" && given.length > 0) return isMail(dimensions, graph);
  if (given.length === 0 && ofAccount.has(namespace)) return true;
  if (namespace === "AWS/Usage") return true;
  if (namespace.startsWith("AWS/"))
    return (emitters[namespace] ?? []).some((emitter) => isOf(emitter, dimensions, graph));
  return graph.resources.some(
    ({ inputs, type }) =>
      type === "aws:cloudwatch/logMetricFilter:LogMetricFilter" &&
      inputs.metricTransformation?.name === metricName &&
      inputs.metricTransformation?.namespace === namespace &&
      Object.keys(inputs.metricTransformation?.dimensions ?? {})
        .sort()
        .join() === given.sort().join(),
  );
}

function isOf(
  { dimension, field, optional = [], type }: Emitter,
  dimensions: Record<string, string>,
  { resources }: Graph,
): boolean {
  const called = dimensions[dimension];
  const others = Object.keys(dimensions).filter((each) => each !== dimension);
  if (called === undefined || others.some((each) => !optional.includes(each))) return false;
  return resources.some(
    (each) => each.type === type && called === (field === "name" ? each.inputs.name : each[field]),
  );
}

function isMail(dimensions: Record<string, string>, { resources }: Graph): boolean {
  const set = dimensions["ses:configuration-set"];
  return resources.some(
    ({ inputs, type }) =>
      type === "aws:sesv2/configurationSet:ConfigurationSet" && inputs.configurationSetName === set,
  );
}

/** Alarms that do nothing when they go off, or tell a topic without a subscription. */
export function unheardAlarms({ resources }: Graph): string[] {
  const heard = new Set(
    resources
      .filter(({ type }) => type === "aws:sns/topicSubscription:TopicSubscription")
      .map(({ inputs }) => inputs.topic),
  );
  return resources.filter(isAlarm).flatMap(({ inputs, name }) => {
    const actions = (inputs.alarmActions ?? []) as string[];
    const isHeard = actions.some((arn) => heard.has(arn));
    return isHeard && inputs.actionsEnabled !== false ? [] : [`${name} tells nobody`];
  });
}
