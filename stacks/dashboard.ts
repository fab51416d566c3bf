// The operator's dashboard, from the manifests: what comes in, ends, waits, fails, is slow and is refused.

import { deadLetterQueuesOf } from "@order-saga/messaging/topology";
import { services } from "@order-saga/services";
import type { Deployed } from "./deployed.ts";
import { physicalName } from "./naming.ts";
import type { Table } from "./table.ts";

type Metric = (string | { label: string; stat?: string })[];
type Chart = { title: string; metrics: Metric[]; stat: "Sum" | "Maximum" | "Average" };

export function createDashboard(deployed: Deployed, tables: ReadonlyMap<string, Table>): void {
  const named = $resolve([
    deployed.api.nodes.api.id,
    aws.getRegionOutput({}).region,
    $resolve(services.map(({ name }) => tables.get(name)?.table.name ?? "")),
  ] as const);
  const dashboard = named.apply(([apiId, region, tableNames]) => {
    const rows = [
      apiCharts(apiId),
      orderCharts(),
      ...queueCharts(deployed),
      ...functionCharts(deployed),
      tableCharts(tableNames),
      sharedCharts(),
    ];
    return JSON.stringify({
      widgets: rows.flatMap((row, y) => row.map((chart, x) => widget(chart, x, y, region))),
    });
  });
  new aws.cloudwatch.Dashboard("Dashboard", {
    dashboardName: physicalName("saga"),
    dashboardBody: dashboard,
  });
}

function apiCharts(apiId: string): Chart[] {
  const metric = (name: string, stat?: string): Metric => [
    "AWS/ApiGateway",
    name,
    "ApiId",
    apiId,
    { label: stat ? `${name} ${stat}` : name, ...(stat && { stat }) },
  ];
  const throttled = [physicalName("logs"), "throttled-requests", { label: "429" }];
  return [
    {
      title: "Requests",
      stat: "Sum",
      metrics: [...["Count", "4xx", "5xx"].map((name) => metric(name)), throttled],
    },
    { title: "Latency, ms", stat: "Average", metrics: [metric("Latency", "p50"), metric("Latency", "p99")] },
  ];
}

/** Placed and paid are counted by the rules that hear nothing else; duplicates count as well. */
function orderCharts(): Chart[] {
  const matched = (rule: string, label: string): Metric => {
    const dimensions = ["EventBusName", physicalName("bus"), "RuleName", physicalName(rule)];
    return ["AWS/Events", "MatchedEvents", ...dimensions, { label }];
  };
  const settling = ["p50", "p90", "p99"].map((stat): Metric => {
    return [physicalName("logs"), "settling", { label: stat, stat }];
  });
  return [
    {
      title: "Orders",
      stat: "Sum",
      metrics: [matched("inventory-reserve-stock", "placed"), matched("inventory-commit-stock", "paid")],
    },
    { title: "From received to ended, ms", stat: "Average", metrics: settling },
  ];
}

function queueCharts({ reactions }: Deployed): Chart[][] {
  const metric = (name: string, queues: readonly { name: string }[]): Metric[] =>
    queues.map((queue) => ["AWS/SQS", name, "QueueName", physicalName(queue.name), { label: queue.name }]);
  const resources = reactions.map((each) => each.resources);
  const queues = resources.map(({ queue }) => queue);
  const dead = resources.flatMap(deadLetterQueuesOf);
  const waiting = "ApproximateNumberOfMessagesVisible";
  // Work beside the orders is not counted so; it ends in a dead-letter queue.
  const failing: Metric[] = [[physicalName("logs"), "failing-messages", { label: "all reactions" }]];
  return [
    [
      { title: "Messages waiting", stat: "Maximum", metrics: metric(waiting, queues) },
      {
        title: "Age of the oldest message, s",
        stat: "Maximum",
        metrics: metric("ApproximateAgeOfOldestMessage", queues),
      },
    ],
    [
      {
        title: "Dead letters",
        stat: "Maximum",
        metrics: metric(waiting, [...dead, { name: "bus-dlq" }]),
      },
      { title: "Third deliveries and later that failed", stat: "Sum", metrics: failing },
    ],
  ];
}

function functionCharts({ reactions, schedules, routes }: Deployed): Chart[][] {
  const names = [...reactions, ...schedules, ...routes].map(
    ({ service, manifest }) => `${service.name}-${manifest.name}`,
  );
  const metric = (of: string): Metric[] =>
    names.map((name) => ["AWS/Lambda", of, "FunctionName", physicalName(name), { label: name }]);
  return [
    [
      { title: "Function errors", stat: "Sum", metrics: metric("Errors") },
      { title: "Throttles", stat: "Sum", metrics: metric("Throttles") },
    ],
    [
      { title: "Duration, ms", stat: "Maximum", metrics: metric("Duration") },
      {
        title: "Concurrency of the account",
        stat: "Maximum",
        metrics: [["AWS/Lambda", "ClaimedAccountConcurrency", { label: "claimed" }]],
      },
    ],
  ];
}

function tableCharts(tables: readonly string[]): Chart[] {
  const metric = (name: string): Metric[] =>
    tables.map((table) => ["AWS/DynamoDB", name, "TableName", table, { label: `${table} ${name}` }]);
  return [
    {
      title: "Table throttles",
      stat: "Sum",
      metrics: [...metric("ReadThrottleEvents"), ...metric("WriteThrottleEvents")],
    },
    { title: "Transaction conflicts", stat: "Sum", metrics: metric("TransactionConflict") },
  ];
}

function sharedCharts(): Chart[] {
  const set = ["ses:configuration-set", physicalName("mail")];
  return [
    {
      title: "Mail",
      stat: "Sum",
      metrics: ["Send", "Delivery", "Bounce", "Complaint", "Reject"].map((event) => [
        "AWS/SES",
        event,
        ...set,
        { label: event },
      ]),
    },
    {
      title: "Mail reputation of the account",
      stat: "Maximum",
      metrics: ["BounceRate", "ComplaintRate"].map((rate) => [
        "AWS/SES",
        `Reputation.${rate}`,
        { label: rate },
      ]),
    },
  ];
}

function widget({ title, metrics, stat }: Chart, x: number, y: number, region: string) {
  return {
    type: "metric",
    x: x * 12,
    y: y * 6,
    width: 12,
    height: 6,
    properties: { title, metrics, stat, region, period: 60, view: "timeSeries", stacked: false },
  };
}
