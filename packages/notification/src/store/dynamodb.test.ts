// The DynamoDB store keeps the contract over the wire, and loses nothing to an error it does not know.
import { CreateTableCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { startAwsEndpoint } from "@order-saga/emulator";
import { createTableInput } from "@order-saga/messaging/table";
import { afterAll, beforeAll, expect, test } from "vitest";
import { blank } from "../notification.ts";
import { notification } from "../service.ts";
import { notificationStoreContract } from "./contract.ts";
import { createDynamoDbStore } from "./dynamodb.ts";

const tableName = "notification";
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
  await client.send(new CreateTableCommand(createTableInput(tableName, notification.table)));
});

afterAll(async () => {
  client.destroy();
  await aws.stop();
});

notificationStoreContract(() => createDynamoDbStore({ client, tableName }));

test("a table that is not there is an error, not a lost race", async () => {
  const store = createDynamoDbStore({ client, tableName: "nowhere" });
  await expect(store.save(blank("ord_x"))).rejects.toMatchObject({ name: "ResourceNotFoundException" });
});
