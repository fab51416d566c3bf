// Mistakes in operations that a promise must name.
import { types } from "../../src/types.ts";
import { inputs, type Mutation, reaction, removed } from "./edits.ts";

export const operationsMutations: readonly Mutation[] = [
  ...alarmMutations(),
  {
    change: "no bounce is counted",
    edit: inputs(types.mailEvents, "", (each) => {
      each.eventDestination.matchingEventTypes = ["SEND"];
    }),
    breaks: "mail goes through the configuration set",
  },
  {
    change: "bounced addresses are written to again",
    edit: inputs(types.configurationSet, "", (each) => {
      delete each.suppressionOptions;
    }),
    breaks: "mail goes through the configuration set",
  },
  {
    change: "an alarm links to a page that does not exist",
    edit: inputs(types.alarm, "dead-letters", (each) => {
      each.alarmDescription = each.alarmDescription.replace(/[a-z-]+\.md$/, "nowhere.md");
    }),
    breaks: "every alarm tells a topic and links",
  },
  {
    change: "an alarm has no action",
    edit: inputs(types.alarm, "dead-letters", (each) => {
      each.alarmActions = [];
    }),
    breaks: "every alarm tells a topic and links",
  },
  {
    change: "alarms in the clear",
    edit: inputs(types.topic, "", (each) => {
      delete each.kmsMasterKeyId;
    }),
    breaks: "alarms are encrypted",
  },
  {
    change: "logs are kept for ever",
    edit: inputs(types.logGroup, reaction, (each) => {
      delete each.retentionInDays;
    }),
    breaks: "logs are kept for a while",
  },
  {
    change: "Lambda's default, two lines of its own for each invocation",
    edit: inputs(types.function, reaction, (each) => {
      delete each.loggingConfig.systemLogLevel;
    }),
    breaks: "of an invocation that went well Lambda writes no line",
  },
  {
    change: "Lambda drops what the function wrote",
    edit: inputs(types.function, reaction, (each) => {
      each.loggingConfig.applicationLogLevel = "WARN";
    }),
    breaks: "of an invocation that went well Lambda writes no line",
  },
  {
    change: "a queue is not on the dashboard",
    edit: inputs(types.dashboard, "", (each) => {
      each.dashboardBody = each.dashboardBody.replaceAll(`${reaction}-dlq`, "");
    }),
    breaks: "the dashboard shows",
  },
  {
    change: "an older Node",
    edit: inputs(types.function, reaction, (each) => {
      each.runtime = "nodejs20.x";
    }),
    breaks: "every function runs on Node 24",
  },
];

/** Every kind of alarm, removed one at a time. */
function alarmMutations(): Mutation[] {
  const kinds: [alarm: string, breaks: string][] = [
    [`${reaction}-dead-letters`, "an alarm tells of every dead letter"],
    ["bus-dead-letters", "an alarm tells of every dead letter"],
    [`${reaction}-undelivered-events`, "an alarm tells of every event that was not delivered"],
    [`${reaction}-message-age`, "an alarm fires when messages wait too long"],
    [`${reaction}-rule-failures`, "an alarm fires when a rule fails"],
    [`${reaction}-rule-losses`, "an alarm fires when a rule fails"],
    [`${reaction}-errors`, "an alarm fires when a function fails"],
    [`${reaction}-throttles`, "an alarm fires when a function fails"],
    [`${reaction}-duration`, "an alarm fires when a function fails"],
    ["resume-payments-silent", "an alarm fires when a schedule does not run"],
    ["stuck-orders", "an alarm tells of orders that are not settled"],
    [`${reaction}-invariant-violations`, "an alarm fires when an invariant is violated"],
    ["mail-outcomes", "an alarm tells of mail"],
    ["mail-bounces", "an alarm tells of mail"],
    ["mail-complaints", "an alarm tells of mail"],
  ];
  return [
    ...kinds.map(([alarm, breaks]) => ({
      change: `the alarm ${alarm} is removed`,
      edit: removed(types.alarm, alarm),
      breaks,
    })),
    ...["stuck-orders", `${reaction}-invariant-violations`, "mail-outcomes"].map((filter) => ({
      change: `the log filter ${filter} is removed`,
      edit: removed(types.metricFilter, filter),
      breaks: kinds.find(([alarm]) => alarm === filter)?.[1] ?? "",
    })),
  ];
}
