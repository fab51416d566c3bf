// Faults planted in a rendered stage, each of which the independent reader must find, in these words.
import type { Graph, Resource } from "../src/graph.ts";
import { types } from "../src/types.ts";
import { inputs, one, policy, reaction, removed, role } from "./mutations/edits.ts";

type Fault = { fault: string; edit: (graph: Graph) => void; says: string };

const long = (most: number) => "x".repeat(most + 1);
const named = (type: string, field: string, name: string) =>
  inputs(type, "", (each) => {
    each[field] = name;
  });

const names: readonly Fault[] = [
  { fault: "a function's name of 65", edit: named(types.function, "name", long(64)), says: "takes 64" },
  { fault: "a rule's name of 65", edit: named(types.rule, "name", long(64)), says: "takes 64" },
  { fault: "a queue's name of 81", edit: named(types.queue, "name", long(80)), says: "takes 80" },
  { fault: "an archive's name of 49", edit: named(types.archive, "name", long(48)), says: "takes 48" },
  { fault: "a role's name of 65", edit: named(types.role, "name", long(64)), says: "takes 64" },
  { fault: "a schedule's name of 65", edit: named(types.schedule, "name", long(64)), says: "takes 64" },
  { fault: "a queue's name with a point", edit: named(types.queue, "name", "a.b"), says: "takes 80" },
  {
    fault: "a dashboard's name with a space",
    edit: named(types.dashboard, "dashboardName", "a b"),
    says: "takes 255",
  },
  { fault: "a table's name of two", edit: named(types.table, "name", "ab"), says: "takes 255" },
  {
    fault: "an alarm's description that is too long",
    edit: named(types.alarm, "alarmDescription", long(1024)),
    says: "1025 characters of 1024",
  },
  {
    fault: "an environment of more than 4 kB",
    edit: inputs(types.function, "", (each) => {
      each.environment.variables.MUCH = long(4096);
    }),
    says: "bytes of environment",
  },
  {
    fault: "a role's policies of more than 10,240 characters",
    edit: role("PaymentCapturePaymentRole", (statements) => {
      for (let number = 0; number < 200; number++)
        statements.push({ Effect: "Allow", Action: `sqs:A${number}`, Resource: reaction });
    }),
    says: "characters of policy",
  },
  {
    fault: "a resource whose names nothing is known of",
    edit: (graph) => {
      graph.resources.push({ ...one(graph, types.topic), type: "aws:ec2/vpc:Vpc", name: "Vpc" });
    },
    says: "no limit of names is known for ec2/vpc:Vpc",
  },
];

const grants: readonly Fault[] = [
  {
    fault: "all actions of a service",
    edit: role("PaymentCapturePaymentRole", ([first]) => {
      if (first) first.Action = ["logs:*"];
    }),
    says: "a statement allows logs:*",
  },
  {
    fault: "all resources",
    edit: role("PaymentCapturePaymentRole", ([first]) => {
      if (first) first.Resource = "*";
    }),
    says: "a statement allows *",
  },
  {
    fault: "all tables",
    edit: role("PaymentCapturePaymentRole", ([first]) => {
      if (first) first.Resource = "arn:aws:dynamodb:eu-west-1:123456789012:table/*";
    }),
    says: "a statement allows arn:aws:dynamodb",
  },
  {
    fault: "all but one action",
    edit: role("PaymentCapturePaymentRole", ([first]) => {
      if (first) {
        delete first.Action;
        first.NotAction = "iam:CreateUser";
      }
    }),
    says: "a statement allows NotAction",
  },
];

const references: readonly Fault[] = [
  {
    fault: "a grant for a table of another stage",
    edit: role("PaymentCapturePaymentRole", ([first]) => {
      if (first) first.Resource = "arn:aws:dynamodb:eu-west-1:123456789012:table/another";
    }),
    says: "table/another, which is not there",
  },
  {
    fault: "a target that is no queue of the stage",
    edit: named(types.target, "arn", "arn:aws:sqs:eu-west-1:123456789012:gone"),
    says: "names arn:aws:sqs:eu-west-1:123456789012:gone",
  },
  {
    fault: "a redrive policy that names another account's queue",
    edit: inputs(types.queue, reaction, (each) => {
      each.redrivePolicy = each.redrivePolicy.replace("123456789012", "210987654321");
    }),
    says: "210987654321",
  },
  {
    fault: "a variable that names a table that is not there",
    edit: inputs(types.function, reaction, (each) => {
      each.environment.variables.TABLE_NAME = "order-saga-production-Gone";
    }),
    says: "TABLE_NAME is order-saga-production-Gone",
  },
  {
    fault: "a variable with the URL of a queue that is not there",
    edit: inputs(types.function, reaction, (each) => {
      each.environment.variables.DEAD_LETTER_QUEUE_URL += "-gone";
    }),
    says: "-gone, which is not there",
  },
  {
    fault: "a schedule that calls a function that is gone",
    edit: (graph) => {
      one(graph, types.schedule).inputs.target.arn += "-gone";
    },
    says: "-gone, which is not there",
  },
];

const metric = (namespace: string, dimensions: Record<string, string>) =>
  inputs(types.alarm, "", (each: Resource["inputs"]) => {
    delete each.metricQueries;
    Object.assign(each, { namespace, metricName: "Any", dimensions });
  });

const alarms: readonly Fault[] = [
  {
    fault: "an alarm on a queue that is not there",
    edit: metric("AWS/SQS", { QueueName: "gone" }),
    says: "which nothing here gives",
  },
  {
    fault: "a dimension that the service does not have",
    edit: metric("AWS/SQS", { Queue: "order-saga-production-bus-dlq" }),
    says: "which nothing here gives",
  },
  {
    fault: "an alarm on log lines that no filter counts",
    edit: metric("order-saga-production-logs", {}),
    says: "which nothing here gives",
  },
  {
    fault: "a namespace that nothing here has",
    edit: metric("AWS/EC2", {}),
    says: "which nothing here gives",
  },
  {
    fault: "mail of another configuration set",
    edit: metric("AWS/SES", { "ses:configuration-set": "gone" }),
    says: "which nothing here gives",
  },
  {
    fault: "an expression without a metric",
    edit: inputs(types.alarm, "", (each) => {
      delete each.metricName;
      each.metricQueries = [{ id: "e", expression: "1" }];
    }),
    says: "reads no metric",
  },
  {
    fault: "an alarm that tells no topic",
    edit: inputs(types.alarm, "", (each) => {
      each.alarmActions = [];
    }),
    says: "tells nobody",
  },
  {
    fault: "an alarm that is switched off",
    edit: inputs(types.alarm, "", (each) => {
      each.actionsEnabled = false;
    }),
    says: "tells nobody",
  },
  {
    fault: "a topic without a subscriber",
    edit: removed("aws:sns/topicSubscription:TopicSubscription"),
    says: "tells nobody",
  },
];

const wiring: readonly Fault[] = [
  { fault: "a queue without a policy", edit: removed(types.queuePolicy), says: "has 0 policies" },
  {
    fault: "two policies of one queue, of which AWS keeps the last",
    edit: (graph) => {
      graph.resources.push({ ...one(graph, types.queuePolicy), name: "Second" });
    },
    says: "has 2 policies",
  },
  { fault: "a rule without a target", edit: removed(types.target), says: "has no target" },
  { fault: "a target without its rule", edit: removed(types.rule), says: "a rule that is not there" },
  {
    fault: "a queue that lets in another rule",
    edit: policy(types.queuePolicy, "CapturePaymentPolicy", "policy", (statements) => {
      for (const each of statements)
        each.Condition = JSON.parse(
          JSON.stringify(each.Condition ?? {}).replaceAll("capture-payment", "other"),
        );
    }),
    says: "does not let",
  },
  { fault: "a function without a log group", edit: removed(types.logGroup, reaction), says: "no retention" },
  {
    fault: "a filter over a log group that is gone",
    edit: named(types.metricFilter, "logGroupName", "/aws/lambda/gone"),
    says: "reads a log group that is not there",
  },
  { fault: "a function that nothing calls", edit: removed(types.schedule), says: "is called by nothing" },
  { fault: "a route that is gone", edit: removed(types.integration), says: "is called by nothing" },
];

export const faults: readonly Fault[] = [...names, ...grants, ...references, ...alarms, ...wiring];
