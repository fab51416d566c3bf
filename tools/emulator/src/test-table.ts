// A table on an embedded endpoint, for the tests of a DynamoDB adapter.
import {
  CreateTableCommand,
  type CreateTableCommandInput,
  DynamoDBClient,
  waitUntilTableExists,
} from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { afterAll, beforeAll } from "vitest";
import { type AwsEndpoint, startAwsEndpoint } from "./endpoint.ts";

/** Starts before the file's first test and stops after its last; `client()` works in between. */
export function aTestTable(table: CreateTableCommandInput): { client(): DynamoDBDocumentClient } {
  let endpoint: AwsEndpoint | undefined;
  let client: DynamoDBDocumentClient | undefined;
  beforeAll(async () => {
    endpoint = await startAwsEndpoint({ port: 0, directory: undefined });
    const credentials = { accessKeyId: "local", secretAccessKey: "local" };
    client = DynamoDBDocumentClient.from(
      new DynamoDBClient({ endpoint: endpoint.url, region: "eu-west-1", credentials }),
      { marshallOptions: { removeUndefinedValues: true } },
    );
    await client.send(new CreateTableCommand(table));
    await waitUntilTableExists({ client, maxWaitTime: 5, minDelay: 0.01, maxDelay: 0.1 }, table);
  });
  afterAll(async () => {
    client?.destroy();
    await endpoint?.stop();
  });
  return {
    client() {
      if (!client) throw new Error("The test table is there only while tests run.");
      return client;
    },
  };
}
