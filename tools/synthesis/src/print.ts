// The rendered deployment in the terminal: reactions, functions with their bundles, counts of the rest.

import { allReactions } from "@order-saga/messaging/topology";
import { services } from "@order-saga/services";
import { find, functionOf, type Graph, physical } from "./graph.ts";
import { idleBill } from "./idle/bill.ts";
import { pricesDate } from "./idle/prices.ts";
import { budgetOf, bundled } from "./promises/bundles.ts";
import { keptBy } from "./retention.ts";
import { types } from "./types.ts";

export function print(graph: Graph): string {
  return [
    `${graph.app}, stage ${graph.stage}: ${graph.resources.length} resources\n`,
    "Reactions: rule → queue (visibility, deliveries) → function (timeout, batch, at once)",
    table(reactionRows(graph)),
    "Routes and schedules",
    table(callerRows(graph)),
    "Functions as bundled: size, gzipped, of its budget",
    table(bundleRows(graph)),
    "What is kept, and for how long (docs/retention.md)",
    table(keptBy(graph).map(({ kept, personal, store }) => [store, kept, personal])),
    "Everything",
    table(countRows(graph)),
    `An idle month, in dollars (eu-west-1, list prices looked up on ${pricesDate}, no free tier)`,
    table(billRows(graph)),
  ].join("\n");
}

function reactionRows(graph: Graph): string[][] {
  return allReactions(services).map(({ queue, rule, manifest }) => {
    const name = physical(graph, queue.name);
    const deployed = find(graph, types.function, ({ inputs }) => inputs.name === name);
    const mapping = find(
      graph,
      types.mapping,
      ({ inputs }) => deployed !== undefined && functionOf(graph, inputs.functionName) === deployed,
    );
    const { visibilityTimeoutSeconds } =
      find(graph, types.queue, ({ inputs }) => inputs.name === name)?.inputs ?? {};
    const { batchSize, scalingConfig } = mapping?.inputs ?? {};
    return [
      queue.name,
      rule?.bus === "saga" ? rule.pattern["detail-type"].join(", ") : manifest.from,
      `${visibilityTimeoutSeconds} s, ${manifest.maxReceiveCount}×`,
      `${deployed?.inputs.timeout} s, ${batchSize}, ${scalingConfig?.maximumConcurrency}`,
    ];
  });
}

function callerRows(graph: Graph): string[][] {
  const routes = graph.resources
    .filter(({ type }) => type === types.route)
    .map(({ inputs }) => [String(inputs.routeKey), (inputs.authorizationScopes ?? ["no token"]).join(" ")])
    .sort(([a = ""], [b = ""]) => a.localeCompare(b));
  const schedules = graph.resources
    .filter(({ type }) => type === types.schedule)
    .map(({ inputs }) => [
      String(inputs.name).replace(`${graph.app}-${graph.stage}-`, ""),
      inputs.scheduleExpression,
    ]);
  return [...routes, ...schedules];
}

function bundleRows(graph: Graph): string[][] {
  return bundled(graph).map(({ name, bundle }) => [
    name,
    kilobytes(bundle.bytes),
    kilobytes(bundle.gzipBytes),
    `${Math.round((100 * bundle.gzipBytes) / budgetOf(name))} %`,
  ]);
}

function countRows({ resources }: Graph): string[][] {
  return Object.entries(Object.groupBy(resources, ({ type }) => type)).map(([type, each]) => [
    type.split("/")[0] ?? "",
    type.split(":").at(-1) ?? "",
    String(each?.length),
  ]);
}

function billRows(graph: Graph): string[][] {
  const { items, total } = idleBill(graph);
  return [...Object.entries(items), ["together", total] as const].map(([item, dollars]) => [
    item,
    dollars.toFixed(2).padStart(6),
  ]);
}

function kilobytes(bytes: number): string {
  return `${(bytes / 1000).toFixed(1)} kB`.padStart(9);
}

/** Columns as wide as their widest cell; the long ones are cut. */
function table(rows: readonly string[][]): string {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.min(60, Math.max(...rows.map((row) => (row[column] ?? "").length))),
  );
  const cut = (cell: string, width: number) =>
    cell.length > width ? `${cell.slice(0, width - 1)}…` : cell.padEnd(width);
  return `${rows.map((row) => `  ${row.map((cell, column) => cut(cell, widths[column] ?? 0)).join("  ")}`.trimEnd()).join("\n")}\n`;
}
