// Mistakes in alarms that a promise must name; that any number is another is tried in numbers.test.ts.
import type { Graph } from "../../src/graph.ts";
import { types } from "../../src/types.ts";
import { inputs, type Mutation, one, reaction, removed } from "./edits.ts";

const kinds: readonly [alarm: string, breaks: string][] = [
  [`${reaction}-dead-letters`, "an alarm tells of every dead letter"],
  ["bus-dead-letters", "an alarm tells of what the bus could not encrypt"],
  [`${reaction}-undelivered-events`, "an alarm tells of every event that was not delivered"],
  [`${reaction}-message-age`, "an alarm fires when messages wait too long"],
  ["failing-messages", "an alarm tells of a message that fails"],
  [`${reaction}-rule-losses`, "an alarm fires when a rule loses an event"],
  [`${reaction}-errors`, "an alarm fires when a reaction or a schedule fails"],
  ["inventory-import-stock-message-age", "an alarm fires when an uploaded file waits too long"],
  ["orders-place-child-dead-letters", "an alarm tells of every dead letter"],
  [`${reaction}-duration`, "an alarm fires when one of the reactions nearly times out"],
  ["resume-payments-duration", "an alarm fires when one of the schedules nearly times out"],
  ["resume-payments-silent", "an alarm fires when a schedule does not run"],
  ["sweep-bulks-silent", "an alarm fires when a schedule beside the orders"],
  ["reconcile-payments-silent", "an alarm fires when a daily schedule"],
  ["production-throttles", "an alarm fires when functions are throttled"],
  ["account-concurrency", "an alarm fires before the account's concurrency ends"],
  ["production-api-errors", "an alarm fires when the API fails often"],
  ["api-errors-again", "an alarm fires when the API of a quiet shop fails"],
  ["api-slow", "an alarm fires when a route nearly times out"],
  ["api-refusals", "an alarm fires when most requests are refused"],
  ["api-throttles", "an alarm fires when requests are too many"],
  ["payment-table-throttles", "an alarm fires when a table or an index of it refuses"],
  ["inventory-table-conflicts", "an alarm fires when transactions conflict"],
  ["bus-throttles", "an alarm fires when the bus throttles"],
  ["unpaid-orders", "an alarm fires when orders are not paid"],
  ["parked-messages", "an alarm tells of a parked message at once"],
  ["invariant-violations", "an alarm fires when an invariant is violated"],
  ["stuck-orders", "an alarm tells of orders that are not settled"],
  ["provider-refusals", "an alarm tells of a provider that refuses"],
  ["failed-refunds", "an alarm tells of a refund that failed"],
  ["foreign-captures", "an alarm tells of another hand's capture"],
  ["production-disputes", "an alarm tells of a dispute"],
  ["webhook-signatures", "an alarm fires when webhooks do not verify"],
  ["stuck-bulks", "an alarm tells of bulks that are not complete"],
  ["stock-feeds", "an alarm tells of a stock feed whose two readers"],
  ["mail-outcomes", "an alarm tells of mail that was refused"],
  ["slow-orders", "an alarm fires when orders settle slowly"],
  ["mail-quota", "an alarm fires before SES's daily quota ends"],
  ["mail-bounces", "an alarm fires when mails come back"],
  ["mail-complaints", "an alarm fires when mails are complained about"],
];

// biome-ignore lint/suspicious/noExplicitAny: inputs are as wide as AWS
function changed(change: string, alarm: string, breaks: string, edit: (each: any) => void): Mutation {
  return { change, edit: inputs(types.alarm, alarm, edit), breaks };
}

/** Alarms that are there and cannot see what they are for. */
const blind: readonly Mutation[] = [
  changed(
    "a sleeping dead-letter queue reads as empty",
    `${reaction}-dead-letters`,
    "an alarm tells of every dead",
    (each) => {
      each.treatMissingData = "notBreaching";
    },
  ),
  changed(
    "an alarm watches another queue",
    `${reaction}-dead-letters`,
    "an alarm tells of every dead",
    (each) => {
      each.dimensions.QueueName = each.dimensions.QueueName.replace(/-dlq$/, "");
    },
  ),
  changed("the average of a depth", `${reaction}-dead-letters`, "an alarm tells of every dead", (each) => {
    each.statistic = "Average";
  }),
  changed(
    "an alarm below rather than above",
    `${reaction}-errors`,
    "an alarm fires when a reaction or a schedule f",
    (each) => {
      each.comparisonOperator = "LessThanThreshold";
    },
  ),
  changed(
    "an alarm is switched off",
    `${reaction}-errors`,
    "an alarm fires when a reaction or a schedule fails",
    (each) => {
      each.actionsEnabled = false;
    },
  ),
  changed(
    "another namespace",
    `${reaction}-errors`,
    "an alarm fires when a reaction or a schedule fails",
    (each) => {
      each.namespace = "AWS/lambda";
    },
  ),
  changed(
    "a rule's metric under its name alone",
    `${reaction}-rule-losses`,
    "an alarm fires when a rule",
    (each) => {
      delete each.dimensions.EventBusName;
    },
  ),
  changed(
    "SES's account metric by configuration set",
    "mail-bounces",
    "an alarm fires when mails come",
    (each) => {
      each.dimensions = { "ses:configuration-set": "order-saga-production-mail" };
    },
  ),
  changed(
    "a schedule that is not called is no trouble",
    "resume-payments-silent",
    "an alarm fires when a schedule does",
    (each) => {
      each.treatMissingData = "notBreaching";
    },
  ),
  changed(
    "an hour without any payment has no value",
    "unpaid-orders",
    "an alarm fires when orders are not",
    (each) => {
      each.metricQueries[0].expression = each.metricQueries[0].expression.replace("FILL(paid, 0)", "paid");
    },
  ),
  changed("an index is not watched", "orders-table-throttles", "an alarm fires when a table or", (each) => {
    each.metricQueries.pop();
  }),
  changed("a formula gives no result", "account-concurrency", "an alarm fires before the acc", (each) => {
    each.metricQueries[0].returnData = false;
  }),
  changed("an alarm has another alarm's page", "slow-orders", "an alarm fires when orders settle", (each) => {
    each.alarmDescription = each.alarmDescription.replace("slow-orders.md", "dead-letters.md");
  }),
];

const elsewhere: readonly Mutation[] = [
  {
    change: "an alarm without a promise",
    edit: (graph) => {
      const copied = one(graph, types.alarm, `${reaction}-errors`);
      graph.resources.push({ ...copied, inputs: { ...copied.inputs, name: "order-saga-production-extra" } });
    },
    breaks: "every alarm has its values",
  },
  {
    change: "a formula of eleven metrics",
    edit: inputs(types.alarm, "orders-table-throttles", (each) => {
      const metric = each.metricQueries.at(-1);
      const more = Array.from({ length: 8 }, (_, index) => ({ ...metric, id: `more${index}` }));
      each.metricQueries.push(...more);
    }),
    breaks: "no alarm is of more metrics",
  },
  {
    change: "orders are counted by a rule that hears more",
    edit: inputs(types.rule, "inventory-commit-stock", (each) => {
      each.eventPattern = each.eventPattern.replace('"PaymentCaptured"', '"PaymentCaptured","PaymentVoided"');
    }),
    breaks: "the rules that count orders",
  },
  {
    change: "the API's refusals are not counted",
    edit: removed(types.metricFilter, "throttled-requests"),
    breaks: "requests that were too many",
  },
  {
    change: "requests that wait are counted as slow",
    edit: inputs(types.metricFilter, "slow-requests", (each) => {
      each.pattern = each.pattern.replace(/\$\.route != "[^"]*" && /, "");
    }),
    breaks: "requests that were too many",
  },
  {
    change: "the access log has no status",
    edit: inputs(types.apiStage, "", (each) => {
      each.accessLogSettings.format = each.accessLogSettings.format.replace(
        '"status":"$context.status",',
        "",
      );
    }),
    breaks: "requests that were too many",
  },
  {
    change: "a budget that tells nobody",
    edit: inputs(types.budget, "", (each) => {
      each.notifications[0].subscriberEmailAddresses = [];
    }),
    breaks: "somebody is told before the account costs more",
  },
  {
    change: "anomalies of another monitor",
    edit: inputs(types.costAnomalies, "", (each) => {
      each.monitorArnLists = [];
    }),
    breaks: "somebody is told of a service that costs more",
  },
];

const counted = "what an alarm counts in the logs";

const filters: readonly Mutation[] = [
  ...[
    `${reaction}-failing-messages`,
    "payment-abort-payment-provider-refusals",
    "payment-hear-provider-failed-refunds",
    "payment-hear-provider-foreign-captures",
    "payment-hear-provider-disputes",
    "production-webhook-signatures",
    `${reaction}-parked-messages`,
    "stuck-orders",
    "stuck-bulks",
    "import-stock-stock-feeds",
    "mail-outcomes",
    "settling",
  ].map((filter) => ({
    change: `the log filter ${filter} is removed`,
    edit: removed(types.metricFilter, filter),
    breaks: counted,
  })),
  filtered("the third delivery is the fifth", `${reaction}-failing-messages`, (each) => {
    each.pattern = each.pattern.replace("3", "5");
  }),
  filtered("a line that is written no more", `${reaction}-parked-messages`, (each) => {
    each.pattern = each.pattern.replace("parked", "put");
  }),
  filtered("a metric that is never silent is paid all month", `${reaction}-parked-messages`, (each) => {
    each.metricTransformation.defaultValue = "0";
  }),
  filtered("the log of another function", `${reaction}-failing-messages`, (each) => {
    each.logGroupName = each.logGroupName.replace("capture", "abort");
  }),
  filtered("another field's value", "settling", (each) => {
    each.metricTransformation.value = "$.durationSeconds";
  }),
];

// biome-ignore lint/suspicious/noExplicitAny: inputs are as wide as AWS
function filtered(change: string, filter: string, edit: (each: any) => void): Mutation {
  return { change, edit: inputs(types.metricFilter, filter, edit), breaks: counted };
}

function drawn(change: string, breaks: string, edit: (body: string) => string): Mutation {
  return {
    change,
    edit: inputs(types.dashboard, "", (each) => {
      each.dashboardBody = edit(each.dashboardBody);
    }),
    breaks,
  };
}

const dashboard: readonly Mutation[] = [
  drawn("a metric of a dimension without a value", "the dashboard's widgets", (body) =>
    body.replace('"ApiId",', ""),
  ),
  drawn("a widget beyond the last column", "the dashboard's widgets", (body) =>
    body.replace('"width":12', '"width":25'),
  ),
  drawn("a chart of a metric that nothing counts", "what the dashboard shows of the logs", (body) =>
    body.replace('"settling"', '"settled"'),
  ),
];

export const alarmMutations: readonly Mutation[] = [
  ...kinds.map(([alarm, breaks]) => ({
    change: `the alarm ${alarm} is removed`,
    edit: (graph: Graph) => removed(types.alarm, alarm)(graph),
    breaks,
  })),
  ...blind,
  ...elsewhere,
  ...filters,
  ...dashboard,
];
