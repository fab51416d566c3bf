// Finds the saga's existing tables, buckets, bus, rules and queues at an endpoint; changes nothing.
import { DescribeTableCommand } from "@aws-sdk/client-dynamodb";
import { DescribeEventBusCommand, ListTargetsByRuleCommand } from "@aws-sdk/client-eventbridge";
import { HeadBucketCommand } from "@aws-sdk/client-s3";
import { GetQueueUrlCommand } from "@aws-sdk/client-sqs";
import type { ServiceManifest } from "@order-saga/messaging";
import { allReactions, deadLetterQueuesOf } from "@order-saga/messaging/topology";
import { AwsRefusal, naming } from "../aws-refusal.ts";
import { type AwsClients, arnOfQueue, type Named, type Queues } from "../provision.ts";
import { BUS_NAME } from "../source-folders.ts";

/** Rejects with AwsRefusal at the first that is missing, or that may not be looked at. */
export async function findResources(
  services: readonly ServiceManifest[],
  { dynamodb, eventBridge, s3, sqs }: AwsClients,
  named: Named,
): Promise<Queues> {
  for (const { bucket } of services) {
    if (!bucket) continue;
    const Bucket = named(bucket.name, true);
    await naming({ operation: "HeadBucket", action: "s3:ListBucket", resource: `the bucket ${Bucket}` }, () =>
      s3.send(new HeadBucketCommand({ Bucket })),
    );
  }
  for (const service of services) {
    const TableName = named(service.name);
    await naming(
      { operation: "DescribeTable", action: "dynamodb:DescribeTable", resource: `the table ${TableName}` },
      () => dynamodb.send(new DescribeTableCommand({ TableName })),
    );
  }
  const EventBusName = named(BUS_NAME);
  await naming(
    { operation: "DescribeEventBus", action: "events:DescribeEventBus", resource: `the bus ${EventBusName}` },
    () => eventBridge.send(new DescribeEventBusCommand({ Name: EventBusName })),
  );
  const queues = new Map<string, { url: string; arn: string }>();
  for (const reaction of allReactions(services)) {
    const { queue, rule } = reaction;
    for (const { name } of [queue, ...deadLetterQueuesOf(reaction)]) {
      const QueueName = named(name);
      const { QueueUrl = "" } = await naming(
        { operation: "GetQueueUrl", action: "sqs:GetQueueUrl", resource: `the queue ${QueueName}` },
        () => sqs.send(new GetQueueUrlCommand({ QueueName })),
      );
      queues.set(name, { url: QueueUrl, arn: await arnOfQueue(QueueUrl, QueueName, sqs) });
    }
    if (!rule) continue;
    const Rule = named(rule.name);
    const { Targets = [] } = await naming(
      { operation: "ListTargetsByRule", action: "events:ListTargetsByRule", resource: `the rule ${Rule}` },
      () =>
        eventBridge.send(
          new ListTargetsByRuleCommand({ Rule, ...(rule.bus === "saga" && { EventBusName }) }),
        ),
    );
    if (!Targets.some(({ Arn }) => Arn === queues.get(queue.name)?.arn))
      throw new AwsRefusal(
        `The rule ${Rule} does not target the queue ${named(queue.name)}, so that reaction would hear nothing. Start without --no-provision to have it set.`,
      );
  }
  return queues;
}
