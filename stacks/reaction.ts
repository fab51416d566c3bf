// A reaction: rule → queue → function, with a dead-letter queue behind each hop.
import type { ReactionManifest, ServiceManifest } from "@order-saga/messaging";
import { type ReactionResources, reactionResources, targetRetryPolicy } from "@order-saga/messaging/topology";
import { createFunction, type DeployedFunction } from "./function.ts";
import { logicalName, physicalName } from "./naming.ts";
import { createQueue, createQueuePolicy } from "./queue.ts";
import type { Stage } from "./stage.ts";

export type DeployedReaction = DeployedFunction & {
  readonly resources: ReactionResources;
  readonly rule: aws.cloudwatch.EventRule;
};

export function createReaction(
  stage: Stage,
  service: ServiceManifest,
  manifest: ReactionManifest,
): DeployedReaction {
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
  createQueuePolicy(name, queue, stage.account, rule.arn);
  createQueuePolicy(resources.deadLetterQueue.name, deadLetterQueue, stage.account);
  createQueuePolicy(resources.undeliveredQueue.name, undeliveredQueue, stage.account, rule.arn);
  new aws.sqs.RedriveAllowPolicy(logicalName(resources.deadLetterQueue.name, "sources"), {
    queueUrl: deadLetterQueue.url,
    redriveAllowPolicy: $jsonStringify({ redrivePermission: "byQueue", sourceQueueArns: [queue.arn] }),
  });
  new aws.cloudwatch.EventTarget(logicalName(name, "target"), {
    rule: rule.name,
    eventBusName: stage.bus.name,
    targetId: "queue",
    arn: queue.arn,
    retryPolicy: {
      maximumRetryAttempts: targetRetryPolicy.maximumAttempts,
      maximumEventAgeInSeconds: targetRetryPolicy.maximumEventAgeSeconds,
    },
    deadLetterConfig: { arn: undeliveredQueue.arn },
  });
  const deployed = createFunction(stage, service, manifest, {
    deadLetterQueueUrl: deadLetterQueue.url,
    queueArn: (asked) => (asked === name ? queue.arn : deadLetterQueue.arn),
  });
  queue.subscribe(deployed.function.arn, {
    batch: {
      size: manifest.batchSize,
      window: `${manifest.batchWindowSeconds} seconds`,
      // Off in SST's defaults: one poisoned record would then return the whole batch for ever.
      partialResponses: true,
    },
    transform: {
      eventSourceMapping: (args) => {
        args.scalingConfig = { maximumConcurrency: manifest.maximumConcurrency };
        args.enabled = !stage.settings.pausedReactions.includes(name);
        return undefined;
      },
    },
  });
  return { ...deployed, resources, rule };
}
