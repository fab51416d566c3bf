// The alarms of what all functions share: the bus, and each service's table with its indexes.
import type { ServiceManifest } from "@order-saga/messaging";
import type { MakeAlarm, Metric } from "./alarm.ts";
import type { Deployed } from "./deployed.ts";
import { physicalName } from "./naming.ts";
import { waiting } from "./reaction-alarms.ts";
import type { Table } from "./table.ts";

export function createBusAlarms(make: MakeAlarm, { reactions }: Deployed): void {
  const bus = physicalName("bus");
  make("bus-dead-letters", {
    ...waiting("bus-dlq"),
    runbook: "bus-dead-letters",
    says: "The bus could not encrypt or decrypt events; they wait in its dead-letter queue.",
  });
  make("bus-throttles", {
    formula: "FILL(delayed, 0) + FILL(refused, 0)",
    of: {
      delayed: {
        namespace: "AWS/Events",
        metricName: "ThrottledRules",
        dimensions: { EventBusName: bus },
        statistic: "Sum",
      },
      // Of the whole account: EventBridge counts what it refuses by no bus.
      refused: {
        namespace: "AWS/Events",
        metricName: "PutEventsApproximateThrottledCount",
        statistic: "Sum",
      },
    },
    runbook: "bus-throttles",
    says: "EventBridge refuses or delays events, because the account has more than its quota allows.",
    period: 300,
    threshold: 0,
    periods: 3,
    mustBeOver: 2,
  });
  const matched = (type: string): Metric => ({
    namespace: "AWS/Events",
    metricName: "MatchedEvents",
    dimensions: { EventBusName: bus, RuleName: physicalName(ruleThatHearsOnly(type, reactions)) },
    statistic: "Sum",
  });
  make("unpaid-orders", {
    // No capture in the whole hour is no data, which counts as none.
    formula: "IF(placed >= 20, 100 * FILL(paid, 0) / placed, 100)",
    of: { placed: matched("OrderPlaced"), paid: matched("PaymentCaptured") },
    runbook: "unpaid-orders",
    says: "Of the orders of an hour less than half were paid.",
    period: 3600,
    threshold: 50,
    comparison: "LessThanThreshold",
  });
}

/** A rule counts events and not types, so only one of a single type says how many of it there were. */
function ruleThatHearsOnly(type: string, reactions: Deployed["reactions"]): string {
  const found = reactions.find(
    ({ resources: { rule } }) => rule?.bus === "saga" && rule.pattern["detail-type"].join() === type,
  );
  if (!found?.resources.rule) throw new Error(`No reaction hears ${type} alone, so nothing counts it.`);
  return found.resources.rule.name;
}

/** The services whose transactions meet at the same items; one of orders is about the ids of one key. */
const transacting: readonly string[] = ["inventory"];

export function createTableAlarms(
  make: MakeAlarm,
  { name }: ServiceManifest,
  { indexes, table }: Table,
): void {
  const metric = (metricName: string, index?: string): Metric => ({
    namespace: "AWS/DynamoDB",
    metricName,
    dimensions: { TableName: table.name, ...(index && { GlobalSecondaryIndexName: index }) },
    statistic: "Sum",
  });
  // The table's own metric does not count what its indexes refuse. Who reads an index has alarms of its own:
  // a schedule that fails, and a list that is answered 503.
  const throttles: [string, Metric][] = [
    ["reads", metric("ReadThrottleEvents")],
    ["writes", metric("WriteThrottleEvents")],
    ...indexes.map((index): [string, Metric] => [`writes_of_${index}`, metric("WriteThrottleEvents", index)]),
  ];
  make(`${name}-table-throttles`, {
    formula: throttles.map(([id]) => `FILL(${id}, 0)`).join(" + "),
    of: Object.fromEntries(throttles),
    runbook: "table-throttles",
    says: `The table of ${name} or an index of it refuses requests as too many.`,
    period: 300,
    threshold: 0,
    periods: 3,
    mustBeOver: 2,
  });
  if (!transacting.includes(name)) return;
  make(`${name}-table-conflicts`, {
    ...metric("TransactionConflict"),
    runbook: "table-conflicts",
    says: `Transactions on the table of ${name} meet at the same items: a product sells faster than it can.`,
    period: 300,
    threshold: 300,
    periods: 3,
    mustBeOver: 2,
  });
}
