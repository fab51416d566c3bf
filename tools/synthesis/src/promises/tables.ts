// Tables: each service has one, made by the stage or restored and named.
import { services } from "@order-saga/services";
import { type Graph, physical } from "../graph.ts";
import { types } from "../types.ts";
import { type DeploymentPromise, promise } from "./promise.ts";

export const tablePromises: readonly DeploymentPromise[] = [
  promise("every service has one table, its own or the restored one that is named", (graph) =>
    services.flatMap(({ name }) => {
      const { length } = tablesOf(graph, name);
      return length === 1 ? [] : [`${name}: has ${length} tables`];
    }),
  ),
];

/** A service's tables, by its name in theirs. */
export function tablesOf(graph: Graph, service: string): { name: string; arn: string }[] {
  const prefix = physical(graph, service);
  return [...graph.resources, ...graph.found]
    .filter(({ type }) => type === types.table)
    .map(({ arn }) => ({ name: arn.split("/").at(-1) ?? "", arn }))
    .filter(({ name }) => name.toLowerCase().startsWith(prefix));
}
