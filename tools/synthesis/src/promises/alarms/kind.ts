// One kind of alarm: what it must watch, when it must fire and why, and how a graph is judged by it.
import { find, type Graph, physical, type Resource } from "../../graph.ts";
import { types } from "../../types.ts";
import { type DeploymentPromise, promise } from "../promise.ts";

export type Watched = {
  namespace: string;
  metricName: string;
  statistic: string;
  dimensions?: Record<string, unknown>;
};

export type Formula = { formula: string; of: Record<string, Watched> };

/** Alarms of one kind, by what they are called after app and stage. */
export type Alarms = Record<string, Watched | Formula>;

export type Judged = {
  /** The threshold, over or under which the value must be; a stage's setting may decide it. */
  over?: number | ((graph: Graph) => number);
  under?: number;
  /** Length of a period in seconds. */
  seconds: number;
  /** So many of so many periods. */
  periods: [mustBe: number, of: number];
  missing: "breaching" | "ignore" | "notBreaching";
};

export type Kind = {
  /** What it tells of, and at which values. */
  says: string;
  because: string;
  runbook: string;
  judged: Judged;
  alarms: (graph: Graph) => Alarms;
};

export function kept({ says, because, runbook, judged, alarms }: Kind): DeploymentPromise {
  return promise(`${says}, because ${because}`, (graph) =>
    Object.entries(alarms(graph)).flatMap(([name, watched]) => {
      const called = physical(graph, name);
      const alarm = find(graph, types.alarm, ({ inputs }) => inputs.name === called);
      if (!alarm) return [`${called}: no such alarm`];
      const wanted: Record<string, unknown> = { ...expected(watched, judged, graph), runbook };
      const given: Record<string, unknown> = actual(alarm);
      return Object.keys({ ...wanted, ...given })
        .filter((key) => canonical(wanted[key]) !== canonical(given[key]))
        .map((key) => `${called}: ${key} is ${canonical(given[key])}, not ${canonical(wanted[key])}`);
    }),
  );
}

function expected(watched: Watched | Formula, judged: Judged, graph: Graph) {
  const { over, under, seconds, periods, missing } = judged;
  const [datapointsToAlarm, evaluationPeriods] = periods;
  return {
    ...("formula" in watched
      ? { formula: watched.formula, of: withPeriod(watched.of, seconds) }
      : { ...watched, period: seconds }),
    threshold: typeof over === "function" ? over(graph) : (over ?? under),
    comparisonOperator: over === undefined ? "LessThanThreshold" : "GreaterThanThreshold",
    evaluationPeriods,
    datapointsToAlarm,
    treatMissingData: missing,
  };
}

function withPeriod(metrics: Record<string, Watched>, period: number) {
  return Object.fromEntries(Object.entries(metrics).map(([id, each]) => [id, { ...each, period }]));
}

/** The alarm in the words of `expected`; anything else that it was given stays, and is a difference. */
function actual({ inputs }: Resource): Record<string, unknown> {
  const { name: _name, alarmDescription, alarmActions: _tell, okActions: _too, ...rest } = inputs;
  const { metricQueries, extendedStatistic, actionsEnabled = true, ...values } = rest;
  return {
    ...values,
    ...(extendedStatistic && { statistic: extendedStatistic }),
    ...(actionsEnabled === true ? {} : { actionsEnabled }),
    ...(metricQueries && formulaOf(metricQueries)),
    runbook: /Runbook: \S*?([a-z-]+)\.md$/.exec(String(alarmDescription))?.[1],
  };
}

type Query = {
  id: string;
  expression?: string;
  metric?: Watched & { stat: string };
  returnData?: boolean;
};

function formulaOf(queries: readonly Query[]) {
  const results = queries.filter(({ returnData }) => returnData);
  const metrics = queries.flatMap(({ id, metric }) => {
    if (!metric) return [];
    const { stat, ...rest } = metric;
    return [[id, { ...rest, statistic: stat }] as const];
  });
  return {
    formula: results.map(({ expression }) => expression).join(" and "),
    of: Object.fromEntries(metrics),
  };
}

/** JSON with its keys in order. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, each) =>
    typeof each === "object" && each !== null && !Array.isArray(each)
      ? Object.fromEntries(Object.entries(each).sort(([a], [b]) => (a < b ? -1 : 1)))
      : each,
  );
}
