// The alarms of the API: answers that fail, are slow, or are refused to more callers than usual.
import type { MakeAlarm, Metric } from "./alarm.ts";
import { logicalName, physicalName } from "./naming.ts";

export function createApiAlarms(make: MakeAlarm, api: sst.aws.ApiGatewayV2): void {
  const metric = (metricName: string): Metric => ({
    namespace: "AWS/ApiGateway",
    metricName,
    dimensions: { ApiId: api.nodes.api.id },
    statistic: "Sum",
  });
  make("api-errors", {
    ...metric("5xx"),
    runbook: "api-errors",
    says: "The API answers 5xx; clients are told to try again with the same key.",
    period: 300,
    threshold: 5,
  });
  // In a quiet shop five requests in five minutes never come.
  make("api-errors-again", {
    ...metric("5xx"),
    runbook: "api-errors",
    says: "The API answers 5xx again and again within an hour.",
    period: 300,
    threshold: 0,
    periods: 12,
    mustBeOver: 3,
  });
  make("api-slow", {
    ...metric("IntegrationLatency"),
    statistic: "Maximum",
    runbook: "api-slow",
    says: "A route comes within a fifth of its timeout of 10 s.",
    period: 300,
    threshold: 8000,
    periods: 3,
    mustBeOver: 2,
  });
  make("api-refusals", {
    formula: "IF(requests >= 20, 100 * FILL(refused, 0) / requests, 0)",
    of: { refused: metric("4xx"), requests: metric("Count") },
    runbook: "api-refusals",
    says: "More than half of the API's answers are 4xx.",
    period: 300,
    threshold: 50,
    // The newest value may still miss one of its metrics, so one of four may be under it.
    periods: 4,
    mustBeOver: 3,
  });
  make("api-throttles", {
    formula: "IF(requests >= 100, 100 * FILL(throttled, 0) / requests, 0)",
    of: { throttled: throttled(api), requests: metric("Count") },
    runbook: "api-refusals",
    says: "The API refuses more than one request in a hundred as too many (429).",
    period: 300,
    threshold: 1,
    periods: 2,
    mustBeOver: 1,
  });
}

/** An HTTP API counts its 429 among the 4xx only, so they are counted in its access log. */
function throttled(api: sst.aws.ApiGatewayV2): Metric {
  const metric = { namespace: physicalName("logs"), name: "throttled-requests" };
  new aws.cloudwatch.LogMetricFilter(logicalName(metric.name, "filter"), {
    name: physicalName(metric.name),
    logGroupName: api.nodes.logGroup.name,
    pattern: '{ $.status = "429" }',
    metricTransformation: { ...metric, value: "1" },
  });
  return { namespace: metric.namespace, metricName: metric.name, statistic: "Sum" };
}
