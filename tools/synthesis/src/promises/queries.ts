// Saved queries: one order's lines over all functions, and what failed in the last hour.
import { all, type Graph, physical, type Resource } from "../graph.ts";
import type { Line } from "../insights/expression.ts";
import { parseQuery } from "../insights/query.ts";
import { types } from "../types.ts";
import { type DeploymentPromise, promise, sameSet } from "./promise.ts";

/** Logs Insights takes so many log groups in one query (CloudWatch Logs quotas). */
const MOST_LOG_GROUPS = 50;

const now = Date.parse("2026-01-05T12:00:00Z");
const at = (minutesAgo: number) => new Date(now - minutesAgo * 60_000).toISOString();
const line = (minutesAgo: number, level: string, more: Line): Line => ({
  timestamp: at(minutesAgo),
  level,
  message: "said StockReserved",
  requestId: "request",
  messageId: "message",
  ...more,
});

const [mine, other] = ["a", "b"].map((digit) => `ord_${digit.repeat(32)}`);
const late = line(5, "info", { service: "payment", orderId: mine });
const early = line(200, "warn", { service: "inventory", orderId: mine });
const failed = line(1, "error", { service: "payment", orderId: other });
const again = line(4, "warn", { service: "payment", orderId: other });
const timedOut = { timestamp: at(2), type: "platform.report", record: { status: "timeout" } };
const crashed = { timestamp: at(3), level: "ERROR", errorType: "TypeError" };
const long = line(61, "error", { service: "orders", orderId: other });
const lines: readonly Line[] = [late, failed, again, early, timedOut, long, crashed];

/** A query's columns are added to its lines, which are told apart by their time. */
const found = (query: string): string =>
  parseQuery(query.replaceAll("ord_…", String(mine)), now)
    .over(lines)
    .map((each) => each.timestamp)
    .join();

export const queryPromises: readonly DeploymentPromise[] = [
  promise("a saved query shows one order's lines over all functions, by time", (graph) =>
    judged(graph, "order", [early, late]),
  ),
  promise("a saved query shows what failed in the last hour, of our lines and of Lambda's", (graph) =>
    judged(graph, "failed", [failed, timedOut, crashed, again]),
  ),
];

function judged(graph: Graph, name: string, expected: readonly Line[]): string[] {
  const called = physical(graph, `logs/${name}`);
  const query = all(graph, types.query).find(({ inputs }) => inputs.name === called);
  if (!query) return [`${called}: there is no such query`];
  const groups = all(graph, types.function).map(({ inputs }) => inputs.loggingConfig?.logGroup);
  return [
    ...(sameSet(groups, query.inputs.logGroupNames)
      ? []
      : [`${called}: not the log groups of all functions`]),
    ...(groups.length > MOST_LOG_GROUPS ? [`${called}: ${groups.length} log groups are too many`] : []),
    ...findings(query, expected),
  ];
}

function findings({ inputs }: Resource, expected: readonly Line[]): string[] {
  const times = expected.map((each) => each.timestamp).join();
  return found(inputs.queryString) === times
    ? []
    : [`${inputs.name}: shows other lines, or in another order`];
}
