// Makes the manifests' tables, queues, bus and rules through the public AWS API; running it again changes nothing.
import { CreateTableCommand, type DynamoDBClient, waitUntilTableExists } from "@aws-sdk/client-dynamodb";
import {
  CreateEventBusCommand,
  type EventBridgeClient,
  PutRuleCommand,
  PutTargetsCommand,
} from "@aws-sdk/client-eventbridge";
import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  SetQueueAttributesCommand,
  type SQSClient,
} from "@aws-sdk/client-sqs";
import type { ServiceManifest } from "@order-saga/messaging";
import { createTableInput } from "@order-saga/messaging/table";
import {
  allReactions,
  type QueueResource,
  type ReactionResources,
  targetRetryPolicy,
} from "@order-saga/messaging/topology";
import { BUS_NAME } from "./services.ts";

export type AwsClients = { dynamodb: DynamoDBClient; sqs: SQSClient; eventBridge: EventBridgeClient };

/** Queue URLs by queue name. */
export type QueueUrls = ReadonlyMap<string, string>;

export async function provision(
  services: readonly ServiceManifest[],
  clients: AwsClients,
): Promise<QueueUrls> {
  const urls = new Map<string, string>();
  const reactions = allReactions(services);
  await Promise.all([
    ...services.map((service) => provisionTable(service, clients.dynamodb)),
    ignoring("ResourceAlreadyExistsException", () =>
      clients.eventBridge.send(new CreateEventBusCommand({ Name: BUS_NAME })),
    ),
  ]);
  await Promise.all(reactions.map((each) => provisionReaction(each, clients, urls)));
  return urls;
}

export async function provisionTable(service: ServiceManifest, dynamodb: DynamoDBClient): Promise<void> {
  const input = createTableInput(service.name, service.table);
  await ignoring("ResourceInUseException", () => dynamodb.send(new CreateTableCommand(input)));
  await waitUntilTableExists(
    { client: dynamodb, maxWaitTime: 30, minDelay: 0.05, maxDelay: 1 },
    {
      TableName: service.name,
    },
  );
}

async function provisionReaction(
  reaction: ReactionResources,
  clients: AwsClients,
  urls: Map<string, string>,
): Promise<void> {
  const { sqs, eventBridge } = clients;
  const deadLetterArn = await provisionQueue(reaction.deadLetterQueue, sqs, urls);
  const undeliveredArn = await provisionQueue(reaction.undeliveredQueue, sqs, urls);
  const queueArn = await provisionQueue(reaction.queue, sqs, urls, deadLetterArn);
  const { name, pattern } = reaction.rule;
  await eventBridge.send(
    new PutRuleCommand({ Name: name, EventBusName: BUS_NAME, EventPattern: JSON.stringify(pattern) }),
  );
  const answer = await eventBridge.send(
    new PutTargetsCommand({
      Rule: name,
      EventBusName: BUS_NAME,
      Targets: [
        {
          Id: "queue",
          Arn: queueArn,
          RetryPolicy: {
            MaximumRetryAttempts: targetRetryPolicy.maximumAttempts,
            MaximumEventAgeInSeconds: targetRetryPolicy.maximumEventAgeSeconds,
          },
          DeadLetterConfig: { Arn: undeliveredArn },
        },
      ],
    }),
  );
  const [failed] = answer.FailedEntries ?? [];
  if (failed) throw new Error(`The rule ${name} cannot target its queue: ${failed.ErrorMessage}`);
}

/** Returns the queue's ARN. A queue that exists with other settings gets these. */
async function provisionQueue(
  queue: QueueResource,
  sqs: SQSClient,
  urls: Map<string, string>,
  deadLetterArn?: string,
): Promise<string> {
  const attributes: Record<string, string> = {
    VisibilityTimeout: String(queue.visibilityTimeoutSeconds),
    MessageRetentionPeriod: String(queue.retentionSeconds),
    ...(queue.redrive && {
      RedrivePolicy: JSON.stringify({
        deadLetterTargetArn: deadLetterArn,
        maxReceiveCount: queue.redrive.maxReceiveCount,
      }),
    }),
  };
  const { QueueUrl = "" } = await sqs.send(new CreateQueueCommand({ QueueName: queue.name }));
  await sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: attributes }));
  urls.set(queue.name, QueueUrl);
  const { Attributes } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["QueueArn"] }),
  );
  return Attributes?.QueueArn ?? "";
}

async function ignoring(name: string, act: () => Promise<unknown>): Promise<void> {
  try {
    await act();
  } catch (error) {
    if (!(error instanceof Error) || error.name !== name) throw error;
  }
}
