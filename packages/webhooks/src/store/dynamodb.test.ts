// The DynamoDB store passes the shared suite over the wire.
import { aTestTable } from "@order-saga/emulator/test-table";
import { createTableInput } from "@order-saga/messaging/table";
import { webhooks } from "../service.ts";
import { createDynamoDbStore } from "./dynamodb.ts";
import { webhookStoreSuite } from "./store.suite.ts";

const tableName = "webhooks";
const testTable = aTestTable(createTableInput(tableName, webhooks.table));

webhookStoreSuite(() => createDynamoDbStore({ client: testTable.client(), tableName }));
