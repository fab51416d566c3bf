// The adapters that the functions of orders share: the table, the log and the clock.
import { createDocumentClient } from "@order-saga/messaging/dynamodb";
import {
  type ExecutionEnvironment,
  edgeOf,
  requiredVariable,
} from "@order-saga/messaging/execution-environment";
import { createDynamoDbStore } from "../store/dynamodb.ts";

export function orderStore(env: ExecutionEnvironment) {
  const client = env.client("dynamodb", createDocumentClient);
  return createDynamoDbStore({ client, tableName: requiredVariable(env, "TABLE_NAME") });
}

export const edge = (env: ExecutionEnvironment) => edgeOf(env, "orders");
