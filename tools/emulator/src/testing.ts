// What the emulator's tests share: endpoints, SDK clients and temporary directories.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CreateTableCommand, DynamoDBClient, waitUntilTableExists } from "@aws-sdk/client-dynamodb";
import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { S3Client } from "@aws-sdk/client-s3";
import { SESClient } from "@aws-sdk/client-ses";
import { SQSClient } from "@aws-sdk/client-sqs";
import { onTestFinished } from "vitest";
import { type AwsEndpoint, type AwsEndpointOptions, startAwsEndpoint } from "./endpoint.ts";

/** An endpoint on a free port that is stopped when the test is over. */
export async function startForTest(options: Partial<AwsEndpointOptions> = {}): Promise<AwsEndpoint> {
  const endpoint = await startAwsEndpoint({
    port: 0,
    directory: undefined,
    secretAccessKey: "test",
    ses: { verified: ["example.com"] },
    ...options,
  });
  onTestFinished(() => endpoint.stop());
  return endpoint;
}

/** Unmodified SDK clients; without retries, so that a test sees every answer. */
export function clientsOf({ url }: { url: string }, accessKeyId = "test") {
  const config = {
    endpoint: url,
    region: "eu-west-1",
    credentials: { accessKeyId, secretAccessKey: "test" },
    maxAttempts: 1,
  };
  return {
    dynamodb: new DynamoDBClient(config),
    eventBridge: new EventBridgeClient(config),
    s3: new S3Client(config),
    ses: new SESClient(config),
    sqs: new SQSClient(config),
  };
}

/** The attributes of a queue that takes events of every rule. */
export const openToRules = {
  Policy: JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Principal: { Service: "events.amazonaws.com" },
        Action: "sqs:SendMessage",
        Resource: "*",
      },
    ],
  }),
};

export function directoryForTest(): string {
  const directory = mkdtempSync(join(tmpdir(), "emulator-"));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

/** A table keyed by `id` with an index by `state`. */
export async function createStock(dynamodb: DynamoDBClient): Promise<void> {
  await dynamodb.send(
    new CreateTableCommand({
      TableName: "stock",
      KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
      AttributeDefinitions: [
        { AttributeName: "id", AttributeType: "S" },
        { AttributeName: "state", AttributeType: "S" },
      ],
      GlobalSecondaryIndexes: [
        {
          IndexName: "byState",
          KeySchema: [{ AttributeName: "state", KeyType: "HASH" }],
          Projection: { ProjectionType: "ALL" },
        },
      ],
      BillingMode: "PAY_PER_REQUEST",
    }),
  );
  await waitUntilTableExists(
    { client: dynamodb, maxWaitTime: 5, minDelay: 0.01, maxDelay: 0.1 },
    { TableName: "stock" },
  );
}
