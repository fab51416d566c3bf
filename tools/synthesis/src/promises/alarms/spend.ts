// Who is told of what the account costs: a budget and cost anomalies, which production alone makes.
import { all, type Graph, numericSetting } from "../../graph.ts";
import { types } from "../../types.ts";
import { type DeploymentPromise, promise } from "../promise.ts";

/** In production where the setting asks for it, and nowhere else. */
function asked(graph: Graph, setting: "COST_MONITOR" | "MONTHLY_BUDGET", check: () => string[]): string[] {
  if (graph.stage === "production") return graph.settings[setting] ? check() : [];
  const accountWide = [types.budget, types.costAnomalies, types.costMonitor] as string[];
  const made = graph.resources.filter(({ type }) => accountWide.includes(type));
  return made.map(({ name }) => `${name}: of the whole account, and not production's`);
}

export const spendPromises: readonly DeploymentPromise[] = [
  promise(
    "somebody is told before the account costs more than planned: at 80 % of the month's budget, because a bill is some hours late, and when AWS expects more than all of it",
    (graph) =>
      asked(graph, "MONTHLY_BUDGET", () =>
        all(graph, types.budget).flatMap(({ name, inputs }) => {
          const { budgetType, limitAmount, limitUnit, timeUnit, notifications = [] } = inputs;
          const told = (notifications as Record<string, unknown>[]).map((each) =>
            [
              each.notificationType,
              each.comparisonOperator,
              each.threshold,
              each.thresholdType,
              (each.subscriberEmailAddresses as string[]).length > 0,
            ].join(" "),
          );
          const wanted =
            "ACTUAL GREATER_THAN 80 PERCENTAGE true, FORECASTED GREATER_THAN 100 PERCENTAGE true";
          const holds =
            told.join(", ") === wanted &&
            [budgetType, timeUnit, limitUnit].join(" ") === "COST MONTHLY USD" &&
            Number(limitAmount) === numericSetting(graph, "MONTHLY_BUDGET", 0) &&
            inputs.costFilters === undefined;
          return holds ? [] : [`${name}: ${told.join(", ")}`];
        }),
      ),
  ),
  promise(
    "somebody is told of a service that costs more than it did: from 10 USD a day on, because that is half of what a month costs while nobody orders",
    (graph) =>
      asked(graph, "COST_MONITOR", () =>
        all(graph, types.costAnomalies).flatMap(({ name, inputs }) => {
          const { frequency, monitorArnLists = [], subscribers = [], thresholdExpression } = inputs;
          const { key, matchOptions, values } = thresholdExpression?.dimension ?? {};
          const holds =
            frequency === "DAILY" &&
            monitorArnLists.length === 1 &&
            subscribers.length > 0 &&
            `${key} ${matchOptions} ${values}` === "ANOMALY_TOTAL_IMPACT_ABSOLUTE GREATER_THAN_OR_EQUAL 10";
          return holds ? [] : [`${name}: ${JSON.stringify(inputs)}`];
        }),
      ),
  ),
];
