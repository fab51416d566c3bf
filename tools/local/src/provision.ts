// Makes the manifests' tables, buckets, queues, bus and rules through the public AWS API; running it again
// changes nothing.
import {
  CreateTableCommand,
  DescribeTableCommand,
  type DynamoDBClient,
  waitUntilTableExists,
} from "@aws-sdk/client-dynamodb";
import {
  CreateArchiveCommand,
  CreateEventBusCommand,
  DescribeEventBusCommand,
  type EventBridgeClient,
  PutRuleCommand,
  PutTargetsCommand,
  type Target,
  UpdateArchiveCommand,
} from "@aws-sdk/client-eventbridge";
import type { S3Client } from "@aws-sdk/client-s3";
import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  SetQueueAttributesCommand,
  type SQSClient,
} from "@aws-sdk/client-sqs";
import type { ServiceManifest } from "@order-saga/messaging";
import type { TableManifest } from "@order-saga/messaging/manifest";
import { KEYS_TABLE } from "@order-saga/messaging/personal-data/table";
import { queuePolicy, redriveAllowPolicy } from "@order-saga/messaging/queue-policy";
import { returnedMailPattern, returnedMailTransformer } from "@order-saga/messaging/returned-mail";
import { createTableInput } from "@order-saga/messaging/table";
import {
  allReactions,
  archiveResource,
  type QueueResource,
  type ReactionResources,
  type RuleResource,
  targetRetryPolicy,
  uploadPattern,
} from "@order-saga/messaging/topology";
import { AwsRefusal, naming } from "./aws-refusal.ts";
import { CONFIGURATION_SET } from "./mail-account.ts";
import { BUS_NAME } from "./source-folders.ts";
import { provisionBucket } from "./uploads-bucket.ts";

export type AwsClients = {
  dynamodb: DynamoDBClient;
  sqs: SQSClient;
  eventBridge: EventBridgeClient;
  s3: S3Client;
};

/** Where each queue is, by the name that the manifests give it. */
export type Queues = ReadonlyMap<string, { readonly url: string; readonly arn: string }>;

/**
 * What a resource is called at the endpoint. On the laptop that is what the manifests call it. A bucket has
 * a name that no other account's bucket has.
 */
export type Named = (name: string, isBucket?: boolean) => string;

type Making = { clients: AwsClients; named: Named; queues: Map<string, { url: string; arn: string }> };

/** Gives what is there already its settings. Rejects with AwsRefusal. */
export async function provision(
  services: readonly ServiceManifest[],
  clients: AwsClients,
  named: Named = (name) => name,
): Promise<Queues> {
  const making: Making = { clients, named, queues: new Map() };
  await Promise.all([
    ...services.map((service) => provisionTable(service, clients.dynamodb, named)),
    provisionTable({ name: KEYS_TABLE, table: { indexes: {} } }, clients.dynamodb, named),
    ...services.flatMap(({ bucket }) =>
      bucket ? provisionBucket(named(bucket.name, true), clients.s3) : [],
    ),
    provisionBus(making),
  ]);
  await Promise.all(allReactions(services).map((each) => provisionReaction(each, making)));
  return making.queues;
}

export async function provisionTable(
  service: { readonly name: string; readonly table: Pick<TableManifest, "indexes"> },
  dynamodb: DynamoDBClient,
  named: Named = (name) => name,
): Promise<void> {
  const TableName = named(service.name);
  const resource = `the table ${TableName}`;
  await naming({ operation: "CreateTable", action: "dynamodb:CreateTable", resource }, () =>
    ignoring("ResourceInUseException", () =>
      dynamodb.send(new CreateTableCommand(createTableInput(TableName, service.table))),
    ),
  );
  await naming({ operation: "DescribeTable", action: "dynamodb:DescribeTable", resource }, async () => {
    const { Table } = await dynamodb.send(new DescribeTableCommand({ TableName }));
    if (Table?.TableStatus === "ACTIVE") return;
    await waitUntilTableExists(
      { client: dynamodb, maxWaitTime: 60, minDelay: 0.05, maxDelay: 1 },
      { TableName },
    );
  });
}

async function provisionBus({ clients, named }: Making): Promise<void> {
  const Name = named(BUS_NAME);
  await naming(
    { operation: "CreateEventBus", action: "events:CreateEventBus", resource: `the bus ${Name}` },
    () =>
      ignoring("ResourceAlreadyExistsException", () =>
        clients.eventBridge.send(new CreateEventBusCommand({ Name })),
      ),
  );
}

/** The archive of a developer's stage, on the bus that is there. */
export async function provisionArchive(
  services: readonly ServiceManifest[],
  { eventBridge }: Pick<AwsClients, "eventBridge">,
): Promise<void> {
  const { description, name, pattern, retentionDays } = archiveResource(services, false);
  const { Arn } = await eventBridge.send(new DescribeEventBusCommand({ Name: BUS_NAME }));
  const archive = {
    ArchiveName: name,
    Description: description,
    EventPattern: JSON.stringify(pattern),
    RetentionDays: retentionDays,
  };
  await ignoring("ResourceAlreadyExistsException", () =>
    eventBridge.send(new CreateArchiveCommand({ ...archive, EventSourceArn: Arn })),
  );
  await eventBridge.send(new UpdateArchiveCommand(archive));
}

/** A reaction whose messages its own service sends has no rule. */
async function provisionReaction(reaction: ReactionResources, making: Making): Promise<void> {
  const { returnedMailRule, rule, undeliveredQueue } = reaction;
  const RuleArn = rule && (await provisionRule(rule, patternOf(rule, making), making));
  const returned =
    returnedMailRule === undefined ? undefined : ({ bus: "default", name: returnedMailRule } as const);
  const returnedArn =
    returned && (await provisionRule(returned, returnedMailPattern(CONFIGURATION_SET), making));
  const deadLetterArn = await provisionQueue(reaction.deadLetterQueue, making);
  const rules = [RuleArn, returnedArn].filter((each) => each !== undefined);
  const Arn = await provisionQueue(reaction.queue, making, { deadLetterArn, rules });
  await allowSource(reaction.deadLetterQueue, Arn, making);
  if (returned) await provisionTarget(returned, { Id: "queue", Arn, InputTransformer: transformer }, making);
  if (!rule || !undeliveredQueue || RuleArn === undefined) return;
  const undeliveredArn = await provisionQueue(undeliveredQueue, making, { rules: [RuleArn] });
  const MessageGroupId = rule.bus === "saga" ? rule.groupPath : undefined;
  const target = {
    Id: "queue",
    Arn,
    DeadLetterConfig: { Arn: undeliveredArn },
    ...(MessageGroupId !== undefined && { SqsParameters: { MessageGroupId } }),
  };
  await provisionTarget(rule, target, making);
}

/** A returned mail that could not be delivered is kept nowhere, because SES's event has the address. */
const transformer = {
  InputPathsMap: returnedMailTransformer.paths,
  InputTemplate: returnedMailTransformer.template,
};

type Rule = Pick<RuleResource, "bus" | "name">;

/** The account's default bus has no name to give. */
const busOf = ({ bus }: Rule, named: Named) => (bus === "saga" ? { EventBusName: named(BUS_NAME) } : {});

const patternOf = (rule: RuleResource, { named }: Making): object =>
  rule.bus === "saga" ? rule.pattern : uploadPattern(rule.bucket, named(rule.bucket.name, true));

async function provisionRule(rule: Rule, pattern: object, { clients, named }: Making): Promise<string> {
  const Name = named(rule.name);
  const { RuleArn = "" } = await naming(
    { operation: "PutRule", action: "events:PutRule", resource: `the rule ${Name}` },
    () =>
      clients.eventBridge.send(
        new PutRuleCommand({ Name, ...busOf(rule, named), EventPattern: JSON.stringify(pattern) }),
      ),
  );
  return RuleArn;
}

async function provisionTarget(
  rule: Rule,
  target: Omit<Target, "RetryPolicy">,
  { clients, named }: Making,
): Promise<void> {
  const Rule = named(rule.name);
  const RetryPolicy = {
    MaximumRetryAttempts: targetRetryPolicy.maximumAttempts,
    MaximumEventAgeInSeconds: targetRetryPolicy.maximumEventAgeSeconds,
  };
  const { FailedEntries: [failed] = [] } = await naming(
    { operation: "PutTargets", action: "events:PutTargets", resource: `the rule ${Rule}` },
    () =>
      clients.eventBridge.send(
        new PutTargetsCommand({ Rule, ...busOf(rule, named), Targets: [{ ...target, RetryPolicy }] }),
      ),
  );
  if (failed) throw new AwsRefusal(`The rule ${Rule} cannot target its queue: ${failed.ErrorMessage}`);
}

/** Returns the queue's ARN. A queue that exists with other settings gets these. */
async function provisionQueue(
  queue: QueueResource,
  { clients: { sqs }, named, queues }: Making,
  from: { rules?: readonly string[]; deadLetterArn?: string } = {},
): Promise<string> {
  const QueueName = named(queue.name);
  const resource = `the queue ${QueueName}`;
  const { QueueUrl = "" } = await naming(
    { operation: "CreateQueue", action: "sqs:CreateQueue", resource },
    () => sqs.send(new CreateQueueCommand({ QueueName })),
  );
  const arn = await arnOfQueue(QueueUrl, QueueName, sqs);
  const Attributes = {
    VisibilityTimeout: String(queue.visibilityTimeoutSeconds),
    MessageRetentionPeriod: String(queue.retentionSeconds),
    Policy: JSON.stringify(queuePolicy(arn, senderOf(from.rules))),
    ...(queue.redrive && {
      RedrivePolicy: JSON.stringify({
        deadLetterTargetArn: from.deadLetterArn,
        maxReceiveCount: queue.redrive.maxReceiveCount,
      }),
    }),
  };
  await naming({ operation: "SetQueueAttributes", action: "sqs:SetQueueAttributes", resource }, () =>
    sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes })),
  );
  queues.set(queue.name, { url: QueueUrl, arn });
  return arn;
}

/** Without a policy EventBridge may not put a message on a queue; only its metrics show that. */
function senderOf([first, ...others]: readonly string[] = []) {
  if (first === undefined) return undefined;
  return { arn: others.length > 0 ? [first, ...others] : first, account: first.split(":")[4] ?? "" };
}

async function allowSource(
  { name }: QueueResource,
  sourceArn: string,
  { clients: { sqs }, named, queues }: Making,
): Promise<void> {
  const Attributes = { RedriveAllowPolicy: JSON.stringify(redriveAllowPolicy(sourceArn)) };
  const resource = `the queue ${named(name)}`;
  await naming({ operation: "SetQueueAttributes", action: "sqs:SetQueueAttributes", resource }, () =>
    sqs.send(new SetQueueAttributesCommand({ QueueUrl: queues.get(name)?.url, Attributes })),
  );
}

export async function arnOfQueue(QueueUrl: string, name: string, sqs: SQSClient): Promise<string> {
  const { Attributes } = await naming(
    { operation: "GetQueueAttributes", action: "sqs:GetQueueAttributes", resource: `the queue ${name}` },
    () => sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["QueueArn"] })),
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
