// Mistakes with mails that came back, which a promise must name.
import { types } from "../../src/types.ts";
import { inputs, type Mutation, policy, removed } from "./edits.ts";

const rule = "notification-returned";
const target = "ReturnedTarget";
const without = "a mail of the stage that came back";
const told = "SES tells the account's default bus";

export const returnedMailMutations: readonly Mutation[] = [
  {
    change: "SES tells of no complaint",
    edit: inputs(types.mailEvents, "MailReturns", (each) => {
      each.eventDestination.matchingEventTypes = ["BOUNCE"];
    }),
    breaks: told,
  },
  {
    change: "SES tells the default bus of every delivery, and who it was to",
    edit: inputs(types.mailEvents, "MailReturns", (each) => {
      each.eventDestination.matchingEventTypes.push("DELIVERY");
    }),
    breaks: told,
  },
  { change: "SES tells nothing", edit: removed(types.mailEvents, "MailReturns"), breaks: told },
  { change: "nothing hears of returned mails", edit: removed(types.rule, rule), breaks: without },
  {
    change: "a stage hears of the returned mails of every stage",
    edit: inputs(types.rule, rule, (each) => {
      const pattern = JSON.parse(each.eventPattern);
      delete pattern.detail.mail.tags["ses:configuration-set"];
      each.eventPattern = JSON.stringify(pattern);
    }),
    breaks: without,
  },
  {
    change: "the whole event goes on the queue",
    edit: inputs(types.target, target, (each) => {
      delete each.inputTransformer;
    }),
    breaks: without,
  },
  {
    change: "the recipient goes on the queue",
    edit: inputs(types.target, target, (each) => {
      each.inputTransformer.inputPaths.to = "$.detail.mail.destination[0]";
    }),
    breaks: without,
  },
  {
    change: "the template takes the whole event",
    edit: inputs(types.target, target, (each) => {
      each.inputTransformer.inputTemplate = '{"source":"aws.ses","detail":<aws.events.event.json>}';
    }),
    breaks: without,
  },
  {
    change: "what cannot be delivered is kept with its address",
    edit: (graph) => {
      const [other] = graph.resources.filter(({ type }) => type === types.target);
      inputs(types.target, target, (each) => {
        each.deadLetterConfig = other?.inputs.deadLetterConfig;
      })(graph);
    },
    breaks: without,
  },
  {
    change: "the rule of returned mails may not send to the queue",
    edit: policy(types.queuePolicy, "NotifyCustomerPolicy", "policy", (statements) => {
      const allowed = statements.at(-1)?.Condition.ArnEquals;
      allowed["aws:SourceArn"] = allowed["aws:SourceArn"][0];
    }),
    breaks: "a queue accepts messages from its own rules",
  },
];
