// The alarms of reactions: dead letters, messages that wait or fail, and events that are lost.
import { allReactions, type ReactionResources } from "@order-saga/messaging/topology";
import { services } from "@order-saga/services";
import { type Graph, physical } from "../../graph.ts";
import type { Alarms, Judged, Kind } from "./kind.ts";

const reactions = allReactions(services);
const delivered = reactions.filter(({ rule }) => rule !== undefined);
const ofUploads = reactions.filter(({ manifest }) => manifest.from === "uploads");
const ofOrders = reactions.filter(({ manifest }) => manifest.from !== "uploads");
const urgent = reactions.filter(({ manifest }) => manifest.isUrgent);

/** One alarm for each of the reactions, named after its queue. */
function each(
  suffix: string,
  watched: (graph: Graph, queue: string) => Alarms[string],
  which: readonly ReactionResources[] = reactions,
) {
  return (graph: Graph): Alarms =>
    Object.fromEntries(which.map(({ queue: { name } }) => [`${name}-${suffix}`, watched(graph, name)]));
}

function depth(graph: Graph, queue: string) {
  return {
    namespace: "AWS/SQS",
    metricName: "ApproximateNumberOfMessagesVisible",
    dimensions: { QueueName: physical(graph, queue) },
    statistic: "Maximum",
  };
}

function age(graph: Graph, queue: string) {
  return {
    namespace: "AWS/SQS",
    metricName: "ApproximateAgeOfOldestMessage",
    dimensions: { QueueName: physical(graph, queue) },
    statistic: "Maximum",
  };
}

const atTheFirst: Judged = { over: 0, seconds: 60, periods: [1, 1], missing: "ignore" };
const asleep =
  "none is normal, and SQS reports nothing of a queue unused for six hours, which must not read as empty";

export const reactionAlarms: readonly Kind[] = [
  {
    says: "an alarm tells of every dead letter: over 0 in a minute, kept while there is no data",
    because: asleep,
    runbook: "dead-letters",
    judged: atTheFirst,
    alarms: each("dead-letters", (graph, name) => depth(graph, `${name}-dlq`)),
  },
  {
    says: "an alarm tells of every event that was not delivered: over 0 in a minute, kept while there is no data",
    because: asleep,
    runbook: "undelivered-events",
    judged: atTheFirst,
    alarms: each("undelivered-events", (graph, name) => depth(graph, `${name}-undelivered`), delivered),
  },
  {
    says: "an alarm tells of what the bus could not encrypt: over 0 in a minute, kept while there is no data",
    because: asleep,
    runbook: "bus-dead-letters",
    judged: atTheFirst,
    alarms: (graph) => ({ "bus-dead-letters": depth(graph, "bus-dlq") }),
  },
  {
    says: "an alarm fires when messages wait too long: over 540 s in 3 of 5 minutes, kept while there is no data",
    because: "that is three visibility timeouts of 180 s, so that a redelivery or two is not a backlog",
    runbook: "message-age",
    judged: { over: 540, seconds: 60, periods: [3, 5], missing: "ignore" },
    alarms: each("message-age", age, ofOrders),
  },
  {
    says: "an alarm fires when an uploaded file waits too long: over 2160 s in 3 of 5 minutes, kept while there is no data",
    because: "that is three visibility timeouts of 720 s, and a file may take a quarter of an hour",
    runbook: "message-age",
    judged: { over: 2160, seconds: 60, periods: [3, 5], missing: "ignore" },
    alarms: each("message-age", age, ofUploads),
  },
  {
    says: "an alarm tells of a message that fails: over 0 third deliveries that failed in five minutes",
    because: "two more follow before it is a dead letter, and SQS counts it in no age from its third receive",
    runbook: "messages-failing",
    judged: { over: 0, seconds: 300, periods: [1, 1], missing: "notBreaching" },
    alarms: (graph) => ({
      "failing-messages": {
        namespace: physical(graph, "logs"),
        metricName: "failing-messages",
        statistic: "Sum",
      },
    }),
  },
  {
    says: "an alarm fires when a rule loses an event: over 0 in five minutes",
    because: "it is only in the archive then, and EventBridge reports this metric only where it is not zero",
    runbook: "rule-failures",
    judged: { over: 0, seconds: 300, periods: [1, 1], missing: "notBreaching" },
    alarms: each(
      "rule-losses",
      (graph, name) => ({
        namespace: "AWS/Events",
        metricName: "InvocationsFailedToBeSentToDlq",
        // Of a custom bus AWS publishes a rule's metrics under both names.
        dimensions: { EventBusName: physical(graph, "bus"), RuleName: physical(graph, name) },
        statistic: "Sum",
      }),
      urgent,
    ),
  },
];
