// The alarms of the API: answers that fail, are slow, or are refused to more callers than usual.
import { services } from "@order-saga/services";
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
    ...countedInLog(api, "slow-requests", slowPattern()),
    runbook: "api-slow",
    says: "A route comes within a fifth of its timeout of 10 s.",
    period: 300,
    threshold: 0,
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
    of: { throttled: countedInLog(api, "throttled-requests", throttled), requests: metric("Count") },
    runbook: "api-refusals",
    says: "The API refuses more than one request in a hundred as too many (429).",
    period: 300,
    threshold: 1,
    periods: 2,
    mustBeOver: 1,
  });
}

/** An HTTP API counts its 429 among the 4xx only, so they are counted in its access log. */
const throttled = '{ $.status = "429" }';

/**
 * Eight seconds and more, but not of a route that may be asked to wait, which AWS's own metric counts too.
 * The access log has numbers as text; a pattern has at most two expressions, and none with parentheses
 * (CloudWatch Logs user guide, "Supported regular expressions (regex) syntax").
 */
function slowPattern(): string {
  const waiting = services.flatMap(({ routes }) => routes.filter(({ waits }) => waits));
  const others = waiting.map(({ method, path }) => `$.route != "${method} ${path}"`);
  const slow = "$.integrationLatencyMilliseconds = %^[89][0-9][0-9][0-9]$|^[1-9][0-9][0-9][0-9][0-9]+$%";
  return `{ ${[...others, slow].join(" && ")} }`;
}

/** The metric of a filter costs nothing while no line passes it. */
function countedInLog(api: sst.aws.ApiGatewayV2, name: string, pattern: string): Metric {
  const metric = { namespace: physicalName("logs"), name };
  new aws.cloudwatch.LogMetricFilter(logicalName(name, "filter"), {
    name: physicalName(name),
    logGroupName: api.nodes.logGroup.name,
    pattern,
    metricTransformation: { ...metric, value: "1" },
  });
  return { namespace: metric.namespace, metricName: metric.name, statistic: "Sum" };
}
