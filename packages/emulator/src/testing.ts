// What the endpoint's own tests share: SDK clients on an endpoint, and directories that are deleted afterwards.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { SESClient } from "@aws-sdk/client-ses";
import { SQSClient } from "@aws-sdk/client-sqs";
import { onTestFinished } from "vitest";
import { type AwsEndpoint, type AwsEndpointOptions, startAwsEndpoint } from "./endpoint.ts";

/** An endpoint on a free port that is stopped when the test is over. */
export async function startForTest(options: Partial<AwsEndpointOptions> = {}): Promise<AwsEndpoint> {
  const endpoint = await startAwsEndpoint({ port: 0, directory: undefined, ...options });
  onTestFinished(() => endpoint.stop());
  return endpoint;
}

/** Unmodified SDK clients; without retries, so that a test sees every answer. */
export function clientsOf({ url }: { url: string }) {
  const config = {
    endpoint: url,
    region: "eu-west-1",
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
    maxAttempts: 1,
  };
  return {
    dynamodb: new DynamoDBClient(config),
    eventBridge: new EventBridgeClient(config),
    ses: new SESClient(config),
    sqs: new SQSClient(config),
  };
}

export function directoryForTest(): string {
  const directory = mkdtempSync(join(tmpdir(), "emulator-"));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}
