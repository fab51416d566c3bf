// The DynamoDB store passes the shared suite over the wire, and takes no other error for a lost race.
import { ScanCommand } from "@aws-sdk/lib-dynamodb";
import { aTestTable } from "@order-saga/emulator/test-table";
import { createTableInput } from "@order-saga/messaging/table";
import { anEvent, testNow } from "@order-saga/messaging/testing";
import { expect, test } from "vitest";
import { hear } from "../payment.ts";
import { payment } from "../service.ts";
import { createDynamoDbStore } from "./dynamodb.ts";
import { paymentStoreSuite } from "./store.suite.ts";

const tableName = "payment";
const testTable = aTestTable(createTableInput(tableName, payment.table));

paymentStoreSuite(() => createDynamoDbStore({ client: testTable.client(), tableName }));

test("a table that is not there is an error, not a lost race", async () => {
  const store = createDynamoDbStore({ client: testTable.client(), tableName: "nowhere" });
  const tombstone = hear(undefined, anEvent("StockReserved"), testNow, { actionWithinSeconds: 600 });
  await expect(store.save(tombstone)).rejects.toMatchObject({ name: "ResourceNotFoundException" });
});

test("no record has a time to live: none that protects money may vanish", async () => {
  const { Items = [] } = await testTable.client().send(new ScanCommand({ TableName: tableName }));
  expect(Items.length).toBeGreaterThan(0);
  for (const item of Items) expect(Object.keys(item)).not.toContain("ttl");
});
