// The alarms of a reaction: dead letters behind either hop, messages that wait too long, a rule that fails.
import type { MakeAlarm } from "./alarm.ts";
import { physicalName } from "./naming.ts";
import type { DeployedReaction } from "./reaction.ts";

export function createReactionAlarms(make: MakeAlarm, { resources, rule }: DeployedReaction): void {
  const { queue, deadLetterQueue, undeliveredQueue } = resources;
  const waiting = {
    namespace: "AWS/SQS",
    metricName: "ApproximateNumberOfMessagesVisible",
    statistic: "Maximum",
    period: 60,
    threshold: 0,
  } as const;
  make(`${queue.name}-dead-letters`, {
    ...waiting,
    runbook: "dead-letters",
    says: `${queue.name} gave up on a message; it waits in the dead-letter queue and its order may be stuck.`,
    dimensions: { QueueName: physicalName(deadLetterQueue.name) },
  });
  make(`${queue.name}-undelivered-events`, {
    ...waiting,
    runbook: "undelivered-events",
    says: `EventBridge could not put an event on the queue of ${queue.name}; it waits undelivered.`,
    dimensions: { QueueName: physicalName(undeliveredQueue.name) },
  });
  make(`${queue.name}-message-age`, {
    runbook: "message-age",
    says: `The oldest message of ${queue.name} has waited for three visibility timeouts.`,
    namespace: "AWS/SQS",
    metricName: "ApproximateAgeOfOldestMessage",
    dimensions: { QueueName: physicalName(queue.name) },
    statistic: "Maximum",
    period: 60,
    threshold: 3 * queue.visibilityTimeoutSeconds,
    periods: 5,
    mustBeOver: 3,
  });
  // The last one has nowhere left to go: an event the rule could not even park.
  for (const metricName of ["FailedInvocations", "InvocationsFailedToBeSentToDlq"]) {
    make(`${queue.name}-rule-${metricName === "FailedInvocations" ? "failures" : "losses"}`, {
      runbook: "rule-failures",
      says: `The rule of ${queue.name} reports ${metricName}.`,
      namespace: "AWS/Events",
      metricName,
      dimensions: { EventBusName: rule.eventBusName.apply((name) => name ?? ""), RuleName: rule.name },
      statistic: "Sum",
      period: 300,
      threshold: 0,
    });
  }
}
