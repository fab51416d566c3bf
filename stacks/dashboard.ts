// The operator's dashboard, from the manifests: what comes in, waits, fails and is slow; one row each.

import type { Deployed } from "./deployed.ts";
import { physicalName } from "./naming.ts";

type Metrics = (string | { label: string; stat?: string })[][];
type Chart = { title: string; metrics: Metrics; stat: "Sum" | "Maximum" | "Average" };

export function createDashboard({ api, reactions, routes, schedules }: Deployed): void {
  const dashboard = $resolve([api.nodes.api.id, aws.getRegionOutput({}).region]).apply(([apiId, region]) => {
    const functions = [...reactions, ...schedules, ...routes].map(
      ({ service, manifest }) => `${service.name}-${manifest.name}`,
    );
    const queues = reactions.map(({ resources }) => resources);
    const queueMetric = (metric: string, names: readonly string[]): Metrics =>
      names.map((name) => ["AWS/SQS", metric, "QueueName", physicalName(name), { label: name }]);
    const functionMetric = (metric: string): Metrics =>
      functions.map((name) => ["AWS/Lambda", metric, "FunctionName", physicalName(name), { label: name }]);
    const apiMetric = (metric: string, stat?: string): Metrics => [
      ["AWS/ApiGateway", metric, "ApiId", apiId, { label: metric, ...(stat && { stat }) }],
    ];
    const rows: Chart[][] = [
      [
        {
          title: "Requests",
          stat: "Sum",
          metrics: [...apiMetric("Count"), ...apiMetric("4xx"), ...apiMetric("5xx")],
        },
        {
          title: "Latency, ms",
          stat: "Average",
          metrics: [...apiMetric("Latency", "p50"), ...apiMetric("Latency", "p99")],
        },
      ],
      [
        {
          title: "Messages waiting",
          stat: "Maximum",
          metrics: queueMetric(
            "ApproximateNumberOfMessagesVisible",
            queues.map(({ queue }) => queue.name),
          ),
        },
        {
          title: "Age of the oldest message, s",
          stat: "Maximum",
          metrics: queueMetric(
            "ApproximateAgeOfOldestMessage",
            queues.map(({ queue }) => queue.name),
          ),
        },
      ],
      [
        {
          title: "Dead letters",
          stat: "Maximum",
          metrics: queueMetric(
            "ApproximateNumberOfMessagesVisible",
            queues.flatMap(({ deadLetterQueue, undeliveredQueue }) => [
              deadLetterQueue.name,
              undeliveredQueue.name,
            ]),
          ),
        },
        { title: "Function errors", stat: "Sum", metrics: functionMetric("Errors") },
      ],
      [
        { title: "Duration, ms", stat: "Maximum", metrics: functionMetric("Duration") },
        { title: "Throttles", stat: "Sum", metrics: functionMetric("Throttles") },
      ],
      [
        {
          title: "Mail",
          stat: "Sum",
          metrics: ["Send", "Delivery", "Bounce", "Complaint", "Reject"].map((event) => [
            "AWS/SES",
            event,
            "ses:configuration-set",
            physicalName("mail"),
            { label: event },
          ]),
        },
      ],
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
