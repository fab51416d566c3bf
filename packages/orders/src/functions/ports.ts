// What the functions of orders share: the table, the log and the clock.
import { createDocumentClient } from "@order-saga/messaging/dynamodb";
import { environment, lambdaLog, now } from "@order-saga/messaging/lambda";
import { createDynamoDbStore } from "../store/dynamodb.ts";

export function orderStore() {
  return createDynamoDbStore({ client: createDocumentClient(), tableName: environment("TABLE_NAME") });
}

export const edge = { log: lambdaLog("orders"), now };
