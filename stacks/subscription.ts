// A reaction's subscription: rule → target → queue, with a dead-letter queue behind each hop.
import type { ReactionManifest, ServiceManifest } from "@order-saga/messaging";
import { redriveAllowPolicy } from "@order-saga/messaging/queue-policy";
import { type ReactionResources, reactionResources, targetRetryPolicy } from "@order-saga/messaging/topology";
import { logicalName, physicalName } from "./naming.ts";
import { createQueue, createQueuePolicy } from "./queue.ts";
import type { Stage } from "./stage.ts";

export type Subscription = {
  readonly service: ServiceManifest;
  readonly manifest: ReactionManifest;
  readonly resources: ReactionResources;
  readonly rule: aws.cloudwatch.EventRule;
  readonly target: aws.cloudwatch.EventTarget;
  readonly queue: sst.aws.Queue;
  readonly deadLetterQueue: sst.aws.Queue;
};

export function createSubscription(
  stage: Pick<Stage, "settings" | "account" | "bus">,
  service: ServiceManifest,
  manifest: ReactionManifest,
): Subscription {
  const resources = reactionResources(service, manifest);
  const { production } = stage.settings;
  const name = resources.queue.name;
  const deadLetterQueue = createQueue(resources.deadLetterQueue, production);
  const undeliveredQueue = createQueue(resources.undeliveredQueue, production);
  const queue = createQueue(resources.queue, production, deadLetterQueue);
  const rule = new aws.cloudwatch.EventRule(logicalName(name, "rule"), {
    name: physicalName(resources.rule.name),
    description: `${name} hears ${manifest.hears.join(", ")}`.slice(0, 512),
    eventBusName: stage.bus.name,
    eventPattern: JSON.stringify(resources.rule.pattern),
    state: "ENABLED",
  });
  const dependsOn = [
    createQueuePolicy(name, queue, stage.account, rule.arn),
    createQueuePolicy(resources.undeliveredQueue.name, undeliveredQueue, stage.account, rule.arn),
  ];
  createQueuePolicy(resources.deadLetterQueue.name, deadLetterQueue, stage.account);
  new aws.sqs.RedriveAllowPolicy(logicalName(resources.deadLetterQueue.name, "sources"), {
    queueUrl: deadLetterQueue.url,
    redriveAllowPolicy: $jsonStringify(redriveAllowPolicy(queue.arn)),
  });
  const target = new aws.cloudwatch.EventTarget(
    logicalName(name, "target"),
    {
      rule: rule.name,
      eventBusName: stage.bus.name,
      targetId: "queue",
      arn: queue.arn,
      retryPolicy: {
        maximumRetryAttempts: targetRetryPolicy.maximumAttempts,
        maximumEventAgeInSeconds: targetRetryPolicy.maximumEventAgeSeconds,
      },
      deadLetterConfig: { arn: undeliveredQueue.arn },
    },
    // EventBridge does not try again where a policy is missing: the event would be undelivered at once, and
    // lost if its dead-letter queue has no policy either (EventBridge guide, "Using dead-letter queues").
    { dependsOn },
  );
  return { service, manifest, resources, rule, target, queue, deadLetterQueue };
}
