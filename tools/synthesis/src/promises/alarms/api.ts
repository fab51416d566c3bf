// The alarms of the API: answers that fail, come late, or are refused.
import { all, type Graph, physical } from "../../graph.ts";
import type { Kind, Watched } from "./kind.ts";

function metric(graph: Graph, metricName: string, statistic = "Sum"): Watched {
  const [api] = all(graph, "aws:apigatewayv2/api:Api");
  return { namespace: "AWS/ApiGateway", metricName, dimensions: { ApiId: api?.id }, statistic };
}

export const apiAlarms: readonly Kind[] = [
  {
    says: "an alarm fires when the API fails often: over 5 answers of 5xx in five minutes",
    because: "a deployment or a provider's hiccup makes one or two, which clients repeat with the same key",
    runbook: "api-errors",
    judged: { over: 5, seconds: 300, periods: [1, 1], missing: "notBreaching" },
    alarms: (graph) => ({ "api-errors": metric(graph, "5xx") }),
  },
  {
    says: "an alarm fires when the API of a quiet shop fails: over 0 answers of 5xx in 3 of 12 times five minutes",
    because: "a shop with ten requests an hour never sees more than 5 failures in five minutes",
    runbook: "api-errors",
    judged: { over: 0, seconds: 300, periods: [3, 12], missing: "notBreaching" },
    alarms: (graph) => ({ "api-errors-again": metric(graph, "5xx") }),
  },
  {
    says: "an alarm fires when a route nearly times out: over 0 answers after 8 s in 2 of 3 times five minutes",
    because: "that is four fifths of the 10 s that every route has whose caller does not ask to wait",
    runbook: "api-slow",
    judged: { over: 0, seconds: 300, periods: [2, 3], missing: "notBreaching" },
    alarms: (graph) => ({
      "api-slow": { namespace: physical(graph, "logs"), metricName: "slow-requests", statistic: "Sum" },
    }),
  },
  {
    says: "an alarm fires when most requests are refused: over 50 % 4xx of at least 20 in 3 of 4 times five minutes",
    because: "a storefront's are a few in a hundred, and half means a broken client, issuer or an attack",
    runbook: "api-refusals",
    judged: { over: 50, seconds: 300, periods: [3, 4], missing: "notBreaching" },
    alarms: (graph) => ({
      "api-refusals": {
        formula: "IF(requests >= 20, 100 * FILL(refused, 0) / requests, 0)",
        of: { refused: metric(graph, "4xx"), requests: metric(graph, "Count") },
      },
    }),
  },
  {
    says: "an alarm fires when requests are too many: over 1 % 429 of at least 100 in 1 of 2 times five minutes",
    because:
      "no honest storefront asks 200 times a second, and its customers are refused beside the one who does",
    runbook: "api-refusals",
    judged: { over: 1, seconds: 300, periods: [1, 2], missing: "notBreaching" },
    alarms: (graph) => ({
      "api-throttles": {
        formula: "IF(requests >= 100, 100 * FILL(throttled, 0) / requests, 0)",
        of: {
          throttled: {
            namespace: physical(graph, "logs"),
            metricName: "throttled-requests",
            statistic: "Sum",
          },
          requests: metric(graph, "Count"),
        },
      },
    }),
  },
];
