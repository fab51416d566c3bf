// What the functions of orders share: the table, the log and the clock.
import { createDocumentClient } from "@order-saga/messaging/dynamodb";
import { edgeOf, environment, type Sandbox } from "@order-saga/messaging/sandbox";
import { createDynamoDbStore } from "../store/dynamodb.ts";

export function orderStore(sandbox: Sandbox) {
  const client = sandbox.client("dynamodb", createDocumentClient);
  return createDynamoDbStore({ client, tableName: environment(sandbox, "TABLE_NAME") });
}

export const edge = (sandbox: Sandbox) => edgeOf(sandbox, "orders");
