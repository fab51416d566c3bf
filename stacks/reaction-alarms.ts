// The alarms of a reaction: dead letters behind either hop, messages that wait, and a rule that loses events.
import type { MakeAlarm } from "./alarm.ts";
import { physicalName } from "./naming.ts";
import type { DeployedReaction } from "./reaction.ts";

export function createReactionAlarms(make: MakeAlarm, { manifest, resources, rule }: DeployedReaction): void {
  const { queue, deadLetterQueue, undeliveredQueue } = resources;
  make(`${queue.name}-dead-letters`, {
    ...waiting(deadLetterQueue.name),
    runbook: "dead-letters",
    says: `${queue.name} gave up on a message; it waits in the dead-letter queue and its order may be stuck.`,
  });
  // Of a backlog only: a message that fails again and again leaves this metric with its third receive.
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
    missing: "ignore",
  });
  if (!rule || !undeliveredQueue) return;
  make(`${queue.name}-undelivered-events`, {
    ...waiting(undeliveredQueue.name),
    runbook: "undelivered-events",
    says: `EventBridge could not put an event on the queue of ${queue.name}; it waits undelivered.`,
  });
  if (!manifest.isUrgent) return;
  // An event that the rule could not even park has nowhere left to go but the archive. What it could park
  // is told by the undelivered events.
  make(`${queue.name}-rule-losses`, {
    runbook: "rule-failures",
    says: `The rule of ${queue.name} lost an event: it could neither deliver nor park it.`,
    namespace: "AWS/Events",
    metricName: "InvocationsFailedToBeSentToDlq",
    dimensions: { EventBusName: rule.eventBusName.apply((name) => name ?? ""), RuleName: rule.name },
    statistic: "Sum",
    period: 300,
    threshold: 0,
  });
}

/** Any message in a queue where none should be. SQS reports nothing of a queue unused for six hours. */
export function waiting(queueName: string) {
  return {
    namespace: "AWS/SQS",
    metricName: "ApproximateNumberOfMessagesVisible",
    dimensions: { QueueName: physicalName(queueName) },
    statistic: "Maximum",
    period: 60,
    threshold: 0,
    missing: "ignore",
  } as const;
}
