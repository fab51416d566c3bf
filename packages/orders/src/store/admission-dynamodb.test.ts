// The DynamoDB stores of gauges and turns pass the shared suite over the wire.
import { aTestTable } from "@order-saga/emulator/test-table";
import { createTableInput } from "@order-saga/messaging/table";
import { orders } from "../service.ts";
import { admissionStoreSuite } from "./admission.suite.ts";
import { createGaugeStore, createTurnStore } from "./admission-dynamodb.ts";

const tableName = "orders";
const testTable = aTestTable(createTableInput(tableName, orders.table));

admissionStoreSuite(() => {
  const table = { client: testTable.client(), tableName };
  return { gauges: createGaugeStore(table), turns: createTurnStore(table) };
});
