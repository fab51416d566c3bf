// Who is told of what the account costs, by a budget and by anomalies: both account-wide, so production's.
import { physicalName } from "./naming.ts";
import type { Settings } from "./settings.ts";

export function createSpendWatch(settings: Settings): void {
  const { alarmEmail, costMonitor, monthlyBudget, production } = settings;
  if (!production || !(costMonitor || monthlyBudget)) return;
  if (!alarmEmail) throw new Error("MONTHLY_BUDGET and COST_MONITOR need ALARM_EMAIL, whom they tell.");
  if (monthlyBudget) createBudget(monthlyBudget, alarmEmail);
  if (costMonitor) createAnomalyWatch(costMonitor, alarmEmail);
}

function createBudget(limitAmount: string, address: string): void {
  const notification = (notificationType: "ACTUAL" | "FORECASTED", threshold: number) => ({
    notificationType,
    comparisonOperator: "GREATER_THAN",
    threshold,
    thresholdType: "PERCENTAGE",
    subscriberEmailAddresses: [address],
  });
  new aws.budgets.Budget("Budget", {
    name: physicalName("spend"),
    budgetType: "COST",
    timeUnit: "MONTHLY",
    limitAmount,
    limitUnit: "USD",
    notifications: [notification("ACTUAL", 80), notification("FORECASTED", 100)],
  });
}

/** AWS allows one monitor by service an account, and has made it for most. */
function createAnomalyWatch(monitor: string, address: string): void {
  const made =
    monitor === "own" &&
    new aws.costexplorer.AnomalyMonitor("CostMonitor", {
      name: physicalName("spend"),
      monitorType: "DIMENSIONAL",
      monitorDimension: "SERVICE",
    });
  new aws.costexplorer.AnomalySubscription("CostAnomalies", {
    name: physicalName("spend"),
    monitorArnLists: [made ? made.arn : monitor],
    // Weekly is the other choice; an immediate one goes to a topic and not to an address.
    frequency: "DAILY",
    subscribers: [{ type: "EMAIL", address }],
    // Half of what production costs a month without orders.
    thresholdExpression: {
      dimension: {
        key: "ANOMALY_TOTAL_IMPACT_ABSOLUTE",
        matchOptions: ["GREATER_THAN_OR_EQUAL"],
        values: ["10"],
      },
    },
  });
}
