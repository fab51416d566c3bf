// The DynamoDB store passes the shared suite over the wire, and loses nothing to an error it does not know.
import { aTestTable } from "@order-saga/emulator/test-table";
import { createTableInput } from "@order-saga/messaging/table";
import { expect, test } from "vitest";
import { blank } from "../notification.ts";
import { notification } from "../service.ts";
import { createDynamoDbStore } from "./dynamodb.ts";
import { notificationStoreSuite } from "./store.suite.ts";

const tableName = "notification";
const testTable = aTestTable(createTableInput(tableName, notification.table));

notificationStoreSuite(() => createDynamoDbStore({ client: testTable.client(), tableName }));

test("a table that is not there is an error, not a lost race", async () => {
  const store = createDynamoDbStore({ client: testTable.client(), tableName: "nowhere" });
  await expect(store.save({ ...blank("ord_x"), version: 1 })).rejects.toMatchObject({
    name: "ResourceNotFoundException",
  });
});
