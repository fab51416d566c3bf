// What a stage costs a month when no order comes, from its rendered resources; an unknown type has no price.
import type { Graph, Resource } from "../graph.ts";
import {
  metricsPerRoute,
  pollers,
  pollSeconds,
  prices,
  SECONDS_PER_MONTH,
  sweepReads,
  sweepSeconds,
} from "./prices.ts";

/** Dollars a month by item; `unpriced` are the types of which nothing here knows what they cost. */
export type IdleBill = { items: Readonly<Record<string, number>>; total: number; unpriced: string[] };

export function idleBill(graph: Graph): IdleBill {
  const items = new Map<string, number>();
  const unpriced = new Set<string>();
  for (const resource of graph.resources) {
    const price = priceOf(resource, graph);
    if (price === undefined) unpriced.add(resource.type);
    else if (price.dollars > 0) items.set(price.item, (items.get(price.item) ?? 0) + price.dollars);
  }
  const dearestFirst = [...items].sort(([, a], [, b]) => b - a);
  return {
    items: Object.fromEntries(dearestFirst),
    total: dearestFirst.reduce((sum, [, dollars]) => sum + dollars, 0),
    unpriced: [...unpriced].sort(),
  };
}

type Price = { item: string; dollars: number };

function priceOf(resource: Resource, graph: Graph): Price | undefined {
  const [, path = resource.type] = /^\w+:(.+):\w+$/.exec(resource.type) ?? [];
  if (free.has(path)) return { item: path, dollars: 0 };
  return priced[path]?.(resource.inputs, graph);
}

type Inputs = Resource["inputs"];

const priced: Readonly<Record<string, (inputs: Inputs, graph: Graph) => Price | undefined>> = {
  "cloudwatch/metricAlarm": (inputs) => ({ item: "alarms", dollars: alarm(inputs) }),
  "cloudwatch/compositeAlarm": () => ({ item: "alarms", dollars: prices.compositeAlarm }),
  "cloudwatch/dashboard": () => ({ item: "dashboards", dollars: prices.dashboard }),
  "cloudwatch/logMetricFilter": ({ metricTransformation: { defaultValue } }) => ({
    item: "metrics of log lines",
    // Without a default a metric has no data, and no price, until a line matches.
    dollars: defaultValue === undefined ? 0 : prices.customMetric,
  }),
  "kms/key": () => ({ item: "key", dollars: prices.key }),
  "lambda/eventSourceMapping": ({ provisionedPollerConfig, enabled }) => ({
    item: provisionedPollerConfig ? "provisioned pollers" : "queues' pollers",
    dollars: enabled === false ? 0 : provisionedPollerConfig ? ready(provisionedPollerConfig) : polls(),
  }),
  "ecs/service": ({ desiredCount }) => ({ item: "worker", dollars: Number(desiredCount) * workerTask() }),
  "scheduler/schedule": (inputs, graph) => ({ item: "schedules", dollars: runs(inputs, graph) }),
  "apigatewayv2/stage": ({ defaultRouteSettings }, graph) => ({
    item: "metrics of routes",
    dollars: defaultRouteSettings?.detailedMetricsEnabled ? routeMetrics(graph) : 0,
  }),
  "dynamodb/table": ({ billingMode }) =>
    billingMode === "PAY_PER_REQUEST" ? { item: "tables", dollars: 0 } : undefined,
  // The Plus tier asks for each user, an app client of its own for each month.
  "cognito/userPool": ({ userPoolTier }) =>
    userPoolTier === "PLUS" ? undefined : { item: "user pool", dollars: 0 },
  "cognito/userPoolClient": ({ allowedOauthFlows = [] }) => ({
    item: "machines' app clients",
    dollars: [...allowedOauthFlows].includes("client_credentials") ? prices.machineClient : 0,
  }),
  "lambda/function": ({ snapStart }) =>
    snapStart?.applyOn === "PublishedVersions" ? undefined : { item: "functions", dollars: 0 },
  "sesv2/configurationSet": ({ vdmOptions, deliveryOptions }) =>
    vdmOptions || deliveryOptions?.sendingPoolName ? undefined : { item: "mail", dollars: 0 },
  // An action is free for the first two budgets of an account.
  "budgets/budgetAction": () => undefined,
};

/** What costs by use, by what it stores, or nothing at all. */
const free: ReadonlySet<string> = new Set([
  ...["api", "authorizer", "integration", "route"].map((each) => `apigatewayv2/${each}`),
  ...["eventArchive", "eventBus", "eventRule", "eventTarget", "eventPermission"].map(
    (each) => `cloudwatch/${each}`,
  ),
  ...["logGroup", "queryDefinition"].map((each) => `cloudwatch/${each}`),
  ...["role", "policy", "rolePolicy", "rolePolicyAttachment"].map((each) => `iam/${each}`),
  ...["alias", "functionEventInvokeConfig", "permission"].map((each) => `lambda/${each}`),
  ...["userPoolDomain", "resourceServer", "user"].map((each) => `cognito/${each}`),
  ...["queue", "queuePolicy", "redriveAllowPolicy"].map((each) => `sqs/${each}`),
  ...["topic", "topicPolicy", "topicSubscription"].map((each) => `sns/${each}`),
  ...["configurationSetEventDestination", "emailIdentity"].map((each) => `sesv2/${each}`),
  ...["plan", "selection", "vault", "vaultPolicy"].map((each) => `backup/${each}`),
  ...["anomalyMonitor", "anomalySubscription"].map((each) => `costexplorer/${each}`),
  ...["budgets/budget", "kms/alias", "schemas/registry", "schemas/schema"],
  // By what is stored and asked.
  ...["Notification", "OwnershipControls", "Policy", "PublicAccessBlock", "Versioning"].map(
    (each) => `s3/bucket${each}`,
  ),
  ...["s3/bucket", "s3/bucketCorsConfiguration", "s3/bucketLifecycleConfiguration", "s3/bucketObjectv2"],
  "s3/bucketServerSideEncryptionConfiguration",
  ...["ecs/cluster", "ecs/taskDefinition"],
  ...["scheduler/scheduleGroup", "ssm/parameter", "index/randomBytes", "index/randomPassword"],
]);

/** An alarm over an expression reads every metric in it; an anomaly band counts as two more. */
function alarm({ metricQueries, period, thresholdMetricId }: Inputs): number {
  const queries = (metricQueries ?? []) as { metric?: { period?: number } }[];
  const metrics = queries.length === 0 ? [{ period }] : queries.flatMap(({ metric }) => metric ?? []);
  const each = metrics.map((metric) =>
    (metric.period ?? 60) < 60 ? prices.fastAlarmMetric : prices.alarmMetric,
  );
  const bands = thresholdMetricId === undefined ? 0 : 2 * prices.alarmMetric;
  return each.reduce((sum, dollars) => sum + dollars, bands);
}

/** One of 1 vCPU and 2 GB, at full price: how much less spare capacity costs changes daily. */
const workerTask = () => 730 * (prices.fargateVcpuHour + 2 * prices.fargateGigabyteHour);

const ready = ({ minimumPollers }: { minimumPollers: number }) => 730 * minimumPollers * prices.pollerHour;

const polls = () => ((pollers * SECONDS_PER_MONTH) / pollSeconds) * prices.sqsRequest;

function routeMetrics({ resources }: Graph): number {
  const routes = resources.filter(({ type }) => type === "aws:apigatewayv2/route:Route");
  return routes.length * metricsPerRoute * prices.customMetric;
}

/** Each run of a schedule invokes its function, which reads and finds nothing. */
function runs({ scheduleExpression, state, target }: Inputs, { resources }: Graph): number {
  if (state === "DISABLED") return 0;
  const called = resources.find(({ arn }) => String(target.arn).replace(/:live$/, "") === arn);
  const gigabytes = Number(called?.inputs.memorySize ?? 1024) / 1024;
  const run =
    prices.scheduledInvocation +
    prices.lambdaInvocation +
    gigabytes * sweepSeconds * prices.lambdaGigabyteSecond +
    sweepReads * prices.readUnit;
  return (SECONDS_PER_MONTH / everySeconds(String(scheduleExpression))) * run;
}

const units: Readonly<Record<string, number>> = { minute: 60, hour: 3600, day: 86_400 };

/** How often a schedule runs; one by `cron(…)` is taken for one of each minute. */
function everySeconds(expression: string): number {
  const [, count = "1", unit = "minute"] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(expression) ?? [];
  return Number(count) * (units[unit] ?? 60);
}
