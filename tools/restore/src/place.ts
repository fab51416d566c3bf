// Where events are replayed: the laptop's endpoint, or a deployed stage by this shell's credentials.
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import {
  EventBridgeClient as Client,
  DescribeArchiveCommand,
  type EventBridgeClient,
} from "@aws-sdk/client-eventbridge";
import { SQSClient } from "@aws-sdk/client-sqs";
import { awsClients } from "@order-saga/local/aws";
import type { AwsClients, Named } from "@order-saga/local/provision";
import { archiveResource } from "@order-saga/messaging/topology";
import { services } from "@order-saga/services";
import { stageName } from "@order-saga/services/names";

/** What a person is told without a stack. */
export class ReplayError extends Error {
  override readonly name = "ReplayError";
}

export type Place = {
  /** As a sentence says it: `the stage production`. */
  readonly name: string;
  readonly clients: Omit<AwsClients, "s3">;
  /** What a resource of the manifests is called there. */
  readonly named: Named;
  /** How long a new rule and a queue's policy take to be in force. */
  readonly settleMilliseconds: number;
  /** How long one poll of a queue waits for messages. */
  readonly pollSeconds: number;
};

export const laptop = (endpoint: string): Place => ({
  name: "the laptop",
  clients: awsClients(endpoint),
  named: (name) => name,
  settleMilliseconds: 0,
  pollSeconds: 0,
});

/** EventBridge user guide, "Creating rules": a change may take up to a minute; SQS says so of policies. */
const RULE_MILLISECONDS = 60_000;

export async function stage(name: string): Promise<Place> {
  const clients = { dynamodb: new DynamoDBClient({}), sqs: new SQSClient({}), eventBridge: new Client({}) };
  await clients.eventBridge.config.region().catch(() => {
    throw new ReplayError(
      "Say in which region the stage is: AWS_REGION=eu-west-1, or a profile that has one.",
    );
  });
  // Where the SDK is pointed at an emulator, nothing has to settle.
  const isEmulated = process.env.AWS_ENDPOINT_URL !== undefined;
  return {
    name: `the stage ${name}`,
    clients,
    named: (each) => stageName(name, each),
    settleMilliseconds: isEmulated ? 0 : RULE_MILLISECONDS,
    pollSeconds: isEmulated ? 0 : 5,
  };
}

export type Archive = {
  readonly arn: string;
  readonly busArn: string;
  readonly retentionDays: number;
  readonly createdAt: number;
  readonly events: number;
  readonly bytes: number;
};

export async function archiveOf(place: Place): Promise<Archive> {
  const ArchiveName = place.named(archiveResource(services, false).name);
  const found = await describe(place.clients.eventBridge, ArchiveName).catch((error) => {
    if (error instanceof Error && error.name === "ResourceNotFoundException")
      throw new ReplayError(
        `${place.name} has no archive ${ArchiveName}. Is it the right stage, account and region?`,
      );
    if (error instanceof Error && /ECONNREFUSED/.test(`${error} ${(error as { code?: string }).code}`))
      throw new ReplayError(
        `Nothing answers for ${place.name}. Start it with \`pnpm start\`, name its port with --aws-port, or a deployed stage with --stage.`,
      );
    throw error;
  });
  return {
    arn: found.ArchiveArn ?? "",
    busArn: found.EventSourceArn ?? "",
    retentionDays: found.RetentionDays ?? 0,
    createdAt: found.CreationTime?.getTime() ?? 0,
    events: found.EventCount ?? 0,
    bytes: found.SizeBytes ?? 0,
  };
}

const describe = (eventBridge: EventBridgeClient, ArchiveName: string) =>
  eventBridge.send(new DescribeArchiveCommand({ ArchiveName }));
