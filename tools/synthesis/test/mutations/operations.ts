// Mistakes in operations that a promise must name.
import { types } from "../../src/types.ts";
import { inputs, type Mutation, reaction } from "./edits.ts";

export const operationsMutations: readonly Mutation[] = [
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
    breaks: "every alarm tells a topic",
  },
  {
    change: "an alarm links to a file that no browser opens",
    edit: inputs(types.alarm, "dead-letters", (each) => {
      each.alarmDescription = each.alarmDescription.replace(/https:\S+\//, "docs/runbooks/");
    }),
    breaks: "every alarm tells a topic",
  },
  {
    change: "an alarm that is over tells nobody",
    edit: inputs(types.alarm, "dead-letters", (each) => {
      each.okActions = [];
    }),
    breaks: "every alarm tells a topic",
  },
  {
    change: "an alarm has no action",
    edit: inputs(types.alarm, "dead-letters", (each) => {
      each.alarmActions = [];
    }),
    breaks: "every alarm tells a topic",
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
