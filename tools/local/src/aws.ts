// The laptop's account: its region, the names in it, and how clients and functions reach an endpoint.
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { S3Client } from "@aws-sdk/client-s3";
import { SQSClient } from "@aws-sdk/client-sqs";
import type { AwsClients } from "./provision.ts";

export const REGION = "eu-west-1";
export const ACCOUNT_ID = "000000000000";
/** Of every access key; what is signed for somebody else to carry is checked with it. */
export const SECRET_ACCESS_KEY = "local";

export const arnOf = (queueName: string) => `arn:aws:sqs:${REGION}:${ACCOUNT_ID}:${queueName}`;

/** Of an administrator, unless it is the access key of a role. */
export function awsClients(endpoint: string, accessKeyId = "local"): AwsClients {
  const config = {
    endpoint,
    region: REGION,
    credentials: { accessKeyId, secretAccessKey: SECRET_ACCESS_KEY },
  };
  return {
    dynamodb: new DynamoDBClient(config),
    sqs: new SQSClient(config),
    eventBridge: new EventBridgeClient(config),
    s3: new S3Client(config),
  };
}

/** What Lambda sets for every function; the SDK finds the endpoint by itself. */
export function awsEnvironment(endpoint: string): Record<string, string> {
  return {
    AWS_ENDPOINT_URL: endpoint,
    AWS_REGION: REGION,
    AWS_ACCESS_KEY_ID: "local",
    AWS_SECRET_ACCESS_KEY: SECRET_ACCESS_KEY,
    LOG_LEVEL: process.env.LOG_LEVEL ?? "info",
    NODE_OPTIONS: "",
  };
}
