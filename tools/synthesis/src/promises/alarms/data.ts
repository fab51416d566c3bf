// The alarms of the bus, of the tables with their indexes, and of what the bus says about orders.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { services } from "@order-saga/services";
import { find, type Graph, physical } from "../../graph.ts";
import { root } from "../../platform.ts";
import { types } from "../../types.ts";
import type { Alarms, Formula, Judged, Kind, Watched } from "./kind.ts";

type Table = { service: string; name: string; indexes: string[] };

/** The stage's tables, its own or restored ones: the table of orders is `OrdersTable` to Pulumi. */
function tables(graph: Graph): Table[] {
  return services.map(({ name: service, table: { indexes } }) => {
    const called = new RegExp(`^${service}(restored)?table$`, "i");
    const own = find(graph, types.table, ({ name }) => called.test(name));
    const restored = graph.found.find(({ name, type }) => type === types.table && called.test(name));
    return { service, name: String(own?.inputs.name ?? restored?.id), indexes: Object.keys(indexes) };
  });
}

function ofTable(metricName: string, { name }: Table, index?: string): Watched {
  return {
    namespace: "AWS/DynamoDB",
    metricName,
    dimensions: { TableName: name, ...(index && { GlobalSecondaryIndexName: index }) },
    statistic: "Sum",
  };
}

/**
 * Under the table's name alone are its own refusals and none of its indexes'. Reads of an index are those of
 * schedules and lists, whose failures have alarms.
 */
function throttlesOf(table: Table): Formula {
  const of: Record<string, Watched> = {
    reads: ofTable("ReadThrottleEvents", table),
    writes: ofTable("WriteThrottleEvents", table),
  };
  for (const index of table.indexes) of[`writes_of_${index}`] = ofTable("WriteThrottleEvents", table, index);
  const formula = Object.keys(of)
    .map((id) => `FILL(${id}, 0)`)
    .join(" + ");
  return { formula, of };
}

/** The services whose store writes transactions, by its source. */
const transacting = services
  .map(({ name }): string => name)
  .filter((name) => {
    const store = join(root, "packages", name, "src", "store", "dynamodb.ts");
    return existsSync(store) && /\b(transact|writeTogether)\(/.test(readFileSync(store, "utf8"));
  });

function ofBus(graph: Graph, metricName: string, rule?: string): Watched {
  const dimensions = {
    EventBusName: physical(graph, "bus"),
    ...(rule && { RuleName: physical(graph, rule) }),
  };
  return { namespace: "AWS/Events", metricName, dimensions, statistic: "Sum" };
}

const again: Judged = { over: 0, seconds: 300, periods: [2, 3], missing: "notBreaching" };

export const dataAlarms: readonly Kind[] = [
  {
    says: "an alarm fires when a table or an index of it refuses: over 0 in 2 of 3 times five minutes",
    because: "clients repeat what was refused once, and a table that refuses for ten minutes has a hot key",
    runbook: "table-throttles",
    judged: again,
    alarms: (graph) =>
      Object.fromEntries(
        tables(graph).map((table) => [`${table.service}-table-throttles`, throttlesOf(table)]),
      ),
  },
  {
    says: "an alarm fires when transactions conflict: over 300 in 2 of 3 times five minutes",
    because: "that is one a second, seen while the attempts of a reaction still hide it from customers",
    runbook: "table-conflicts",
    judged: { ...again, over: 300 },
    alarms: (graph) =>
      Object.fromEntries(
        tables(graph)
          .filter(({ service }) => transacting.includes(service))
          .map((table) => [`${table.service}-table-conflicts`, ofTable("TransactionConflict", table)]),
      ),
  },
  {
    says: "an alarm fires when the bus throttles: over 0 refused or delayed in 2 of 3 times five minutes",
    because: "refusals are repeated and delays are short, unless the account's quota is really too small",
    runbook: "bus-throttles",
    judged: again,
    alarms: (graph): Alarms => ({
      "bus-throttles": {
        formula: "FILL(delayed, 0) + FILL(refused, 0)",
        of: {
          delayed: ofBus(graph, "ThrottledRules"),
          refused: {
            namespace: "AWS/Events",
            metricName: "PutEventsApproximateThrottledCount",
            statistic: "Sum",
          },
        },
      },
    }),
  },
  {
    says: "an alarm fires when orders are not paid: under 50 % of an hour's orders, if they are 20 or more",
    because: "of honest customers some are declined or find a product sold out, but never every second",
    runbook: "unpaid-orders",
    judged: { under: 50, seconds: 3600, periods: [1, 1], missing: "notBreaching" },
    alarms: (graph): Alarms => ({
      "unpaid-orders": {
        formula: "IF(placed >= 20, 100 * FILL(paid, 0) / placed, 100)",
        of: {
          // The rule of each hears one type of event and nothing else, so its matches count that type.
          placed: ofBus(graph, "MatchedEvents", "inventory-reserve-stock"),
          paid: ofBus(graph, "MatchedEvents", "inventory-commit-stock"),
        },
      },
    }),
  },
];
