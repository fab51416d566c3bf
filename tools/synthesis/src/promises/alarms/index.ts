// Every alarm of a watched stage: what it watches, at which values it fires, and why at these.
import { all, physical } from "../../graph.ts";
import { types } from "../../types.ts";
import { type DeploymentPromise, promise } from "../promise.ts";
import { apiAlarms } from "./api.ts";
import { dataAlarms } from "./data.ts";
import { filterPromises } from "./filters.ts";
import { functionAlarms } from "./functions.ts";
import { kept } from "./kind.ts";
import { orderAlarms } from "./orders.ts";
import { reactionAlarms } from "./reactions.ts";

const kinds = [...reactionAlarms, ...functionAlarms, ...apiAlarms, ...dataAlarms, ...orderAlarms];

/** CloudWatch's limit of a formula. */
const MOST_METRICS = 10;

export const alarmPromises: readonly DeploymentPromise[] = [
  ...kinds.map(kept),
  ...filterPromises,
  promise("every alarm has its values and their reason in a promise", (graph) => {
    const named = new Set(kinds.flatMap(({ alarms }) => Object.keys(alarms(graph))));
    const called = new Set([...named].map((name) => physical(graph, name)));
    return all(graph, types.alarm)
      .filter(({ inputs }) => !called.has(inputs.name))
      .map(({ inputs }) => `${inputs.name}: of no kind in promises/alarms`);
  }),
  promise("no alarm is of more metrics than CloudWatch takes", (graph) =>
    all(graph, types.alarm)
      .filter(({ inputs }) => (inputs.metricQueries ?? []).length > MOST_METRICS + 1)
      .map(({ name }) => `${name}: more than ${MOST_METRICS} metrics`),
  ),
];
