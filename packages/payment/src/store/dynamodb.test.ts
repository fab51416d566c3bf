// The DynamoDB store keeps the contract over the wire, and takes no other error for a lost race.
import { CreateTableCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient, ScanCommand } from "@aws-sdk/lib-dynamodb";
import { startAwsEndpoint } from "@order-saga/emulator";
import { createTableInput } from "@order-saga/messaging/table";
import { anEvent, testNow } from "@order-saga/messaging/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { hear } from "../payment.ts";
import { payment } from "../service.ts";
import { paymentStoreContract } from "./contract.ts";
import { createDynamoDbStore } from "./dynamodb.ts";

const tableName = "payment";
let aws: Awaited<ReturnType<typeof startAwsEndpoint>>;
let client: DynamoDBDocumentClient;

beforeAll(async () => {
  aws = await startAwsEndpoint({ port: 0, directory: undefined });
  client = DynamoDBDocumentClient.from(
    new DynamoDBClient({
      endpoint: aws.url,
      region: "eu-west-1",
      credentials: { accessKeyId: "local", secretAccessKey: "local" },
    }),
  );
  await client.send(new CreateTableCommand(createTableInput(tableName, payment.table)));
});

afterAll(async () => {
  client.destroy();
  await aws.stop();
});

paymentStoreContract(() => createDynamoDbStore({ client, tableName }));

test("a table that is not there is an error, not a lost race", async () => {
  const store = createDynamoDbStore({ client, tableName: "nowhere" });
  const tombstone = hear(undefined, anEvent("StockReserved"), testNow);
  await expect(store.save(tombstone)).rejects.toMatchObject({ name: "ResourceNotFoundException" });
});

test("no record has a time to live: none that protects money may vanish", async () => {
  const { Items = [] } = await client.send(new ScanCommand({ TableName: tableName }));
  expect(Items.length).toBeGreaterThan(0);
  for (const item of Items) expect(Object.keys(item)).not.toContain("ttl");
});
