// A reaction's subscription: rule → target → queue, with a dead-letter queue behind each hop.
import type { ReactionManifest, ServiceManifest } from "@order-saga/messaging";
import { redriveAllowPolicy } from "@order-saga/messaging/queue-policy";
import { returnedMailPattern, returnedMailTransformer } from "@order-saga/messaging/returned-mail";
import {
  type ReactionResources,
  type RuleResource,
  reactionResources,
  targetRetryPolicy,
  uploadPattern,
} from "@order-saga/messaging/topology";
import { logicalName, physicalName } from "./naming.ts";
import { createQueue, createQueuePolicy } from "./queue.ts";
import type { Stage } from "./stage.ts";

export type Subscription = {
  readonly service: ServiceManifest;
  readonly manifest: ReactionManifest;
  readonly resources: ReactionResources;
  /** Absent where functions of the service send the messages themselves. */
  readonly rule?: aws.cloudwatch.EventRule;
  readonly target?: aws.cloudwatch.EventTarget;
  readonly queue: sst.aws.Queue;
  readonly deadLetterQueue: sst.aws.Queue;
};

type Given = Pick<Stage, "settings" | "account" | "bus" | "buckets">;

export function createSubscription(
  stage: Given,
  service: ServiceManifest,
  manifest: ReactionManifest,
): Subscription {
  const resources = reactionResources(service, manifest);
  const { production } = stage.settings;
  const name = resources.queue.name;
  const deadLetterQueue = createQueue(resources.deadLetterQueue, production);
  const queue = createQueue(resources.queue, production, deadLetterQueue);
  const rule = resources.rule && createRule(stage, service, manifest, resources.rule);
  const returned = resources.returnedMailRule && createReturnedMailRule(resources.returnedMailRule);
  const senders = [rule, returned].flatMap((each) => (each ? [each.arn] : []));
  const policy = createQueuePolicy(name, queue, stage.account, ...senders);
  createQueuePolicy(resources.deadLetterQueue.name, deadLetterQueue, stage.account);
  new aws.sqs.RedriveAllowPolicy(logicalName(resources.deadLetterQueue.name, "sources"), {
    queueUrl: deadLetterQueue.url,
    redriveAllowPolicy: $jsonStringify(redriveAllowPolicy(queue.arn)),
  });
  const target = rule && createTarget(stage, resources, { rule, queue, policy });
  if (returned) createReturnedMailTarget(name, { rule: returned, queue, policy });
  return {
    service,
    manifest,
    resources,
    ...(rule && { rule }),
    ...(target && { target }),
    queue,
    deadLetterQueue,
  };
}

function createRule(
  { bus, buckets }: Given,
  service: ServiceManifest,
  manifest: ReactionManifest,
  resource: RuleResource,
): aws.cloudwatch.EventRule {
  const name = `${service.name}-${manifest.name}`;
  const bucket = buckets.get(service.name);
  if (resource.bus === "default" && !bucket) throw new Error(`The stage has no bucket of ${service.name}.`);
  const heard = resource.bus === "saga" ? manifest.hears.join(", ") : `uploads into ${resource.bucket.name}`;
  return new aws.cloudwatch.EventRule(logicalName(name, "rule"), {
    name: physicalName(resource.name),
    description: `${name} hears ${heard}`.slice(0, 512),
    // S3 tells its events to the account's default bus, and to no other.
    eventBusName: resource.bus === "saga" ? bus.name : "default",
    eventPattern:
      resource.bus === "saga"
        ? JSON.stringify(resource.pattern)
        : $util.output(bucket?.name ?? "").apply((it) => JSON.stringify(uploadPattern(resource.bucket, it))),
    state: "ENABLED",
  });
}

/** SES tells of returned mails on the account's default bus; the configuration set says of which stage. */
function createReturnedMailRule(name: string): aws.cloudwatch.EventRule {
  return new aws.cloudwatch.EventRule(logicalName(name, "rule"), {
    name: physicalName(name),
    description: "Mails of this stage that came back",
    eventBusName: "default",
    eventPattern: JSON.stringify(returnedMailPattern(physicalName("mail"))),
    state: "ENABLED",
  });
}

type TargetParts = { rule: aws.cloudwatch.EventRule; queue: sst.aws.Queue; policy: aws.sqs.QueuePolicy };

/**
 * No address leaves the bus. No dead-letter queue: AWS does not say that one gets what the transformer made
 * and not SES's own event. What is lost here SES itself still suppresses.
 */
function createReturnedMailTarget(name: string, { policy, queue, rule }: TargetParts): void {
  const { paths, template } = returnedMailTransformer;
  new aws.cloudwatch.EventTarget(
    logicalName(name, "returned-target"),
    {
      rule: rule.name,
      eventBusName: "default",
      targetId: "queue",
      arn: queue.arn,
      inputTransformer: { inputPaths: paths, inputTemplate: template },
      retryPolicy: retryPolicy(),
    },
    { dependsOn: [policy] },
  );
}

const retryPolicy = () => ({
  maximumRetryAttempts: targetRetryPolicy.maximumAttempts,
  maximumEventAgeInSeconds: targetRetryPolicy.maximumEventAgeSeconds,
});

function createTarget(
  { account, settings }: Given,
  { queue: { name }, rule: resource, undeliveredQueue }: ReactionResources,
  { policy, queue, rule }: TargetParts,
): aws.cloudwatch.EventTarget {
  if (!undeliveredQueue) throw new Error(`${name} has a rule and no queue for what it cannot deliver.`);
  const groupPath = resource?.bus === "saga" ? resource.groupPath : undefined;
  const undelivered = createQueue(undeliveredQueue, settings.production);
  // EventBridge does not try again where a policy is missing: the event would be undelivered at once, and
  // lost if its dead-letter queue has no policy either (EventBridge guide, "Using dead-letter queues").
  const dependsOn = [policy, createQueuePolicy(undeliveredQueue.name, undelivered, account, rule.arn)];
  return new aws.cloudwatch.EventTarget(
    logicalName(name, "target"),
    {
      rule: rule.name,
      eventBusName: rule.eventBusName.apply((bus) => bus ?? "default"),
      targetId: "queue",
      arn: queue.arn,
      retryPolicy: retryPolicy(),
      deadLetterConfig: { arn: undelivered.arn },
      ...(groupPath !== undefined && { sqsTarget: { messageGroupId: groupPath } }),
    },
    { dependsOn },
  );
}
