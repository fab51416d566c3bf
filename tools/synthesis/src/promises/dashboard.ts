// The dashboard: its JSON is as CloudWatch takes it, and each chart is of metrics that are there.
import { all, type Graph, parse } from "../graph.ts";
import { types } from "../types.ts";
import { type DeploymentPromise, promise } from "./promise.ts";

type Row = (string | { label?: string; stat?: string })[];

type Widget = {
  type: string;
  x: number;
  width: number;
  properties: { title: string; region?: string; metrics: Row[]; stat: string; period: number };
};

/** CloudWatch's grid has so many columns. */
const COLUMNS = 24;

function widgetsOf(graph: Graph): Widget[] {
  return all(graph, types.dashboard).flatMap(
    ({ inputs }) => parse<{ widgets: Widget[] }>(inputs.dashboardBody).widgets,
  );
}

/** Namespace, name, then dimensions as names and values; options may end it. */
function isMetric(row: Row): boolean {
  const words = row.filter((each) => typeof each === "string");
  const options = row.length - words.length;
  const last = row.at(-1);
  return (
    words.length >= 2 &&
    words.length % 2 === 0 &&
    words.every((each) => each !== "") &&
    options <= 1 &&
    (options === 0 || typeof last === "object")
  );
}

export const dashboardPromises: readonly DeploymentPromise[] = [
  promise("the dashboard's widgets are as CloudWatch takes them", (graph) =>
    widgetsOf(graph)
      .filter(
        ({ type, x, width, properties: { metrics, region } }) =>
          type !== "metric" ||
          x + width > COLUMNS ||
          !region ||
          metrics.length === 0 ||
          !metrics.every(isMetric),
      )
      .map(({ properties }) => `${properties.title}: ${JSON.stringify(properties.metrics[0])}`),
  ),
  promise("what the dashboard shows of the logs is counted in the logs", (graph) => {
    const counted = new Set(
      all(graph, types.metricFilter).map(
        ({ inputs: { metricTransformation: of } }) => `${of.namespace} ${of.name}`,
      ),
    );
    return widgetsOf(graph)
      .flatMap(({ properties }) => properties.metrics)
      .filter(
        ([namespace, name]) => !String(namespace).startsWith("AWS/") && !counted.has(`${namespace} ${name}`),
      )
      .map((row) => `${row.slice(0, 2).join(" ")}: counted nowhere`);
  }),
];
