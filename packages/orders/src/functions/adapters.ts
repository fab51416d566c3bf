// The adapters that the functions of orders share: the table, the log and the clock.
import { createDocumentClient } from "@order-saga/messaging/dynamodb";
import {
  type ExecutionEnvironment,
  edgeOf,
  requiredVariable,
} from "@order-saga/messaging/execution-environment";
import { createBulkStore } from "../store/bulks-dynamodb.ts";
import { createDynamoDbStore } from "../store/dynamodb.ts";

export function orderStore(env: ExecutionEnvironment) {
  const client = env.client("dynamodb", createDocumentClient);
  return createDynamoDbStore({ client, tableName: requiredVariable(env, "TABLE_NAME") });
}

export function bulkStore(env: ExecutionEnvironment) {
  const client = env.client("dynamodb", createDocumentClient);
  return createBulkStore({ client, tableName: requiredVariable(env, "TABLE_NAME") });
}

const LONGEST_PAUSE_MILLISECONDS = 1500;

export const backOff = (env: ExecutionEnvironment) => (attempt: number) =>
  env.pause(Math.min(LONGEST_PAUSE_MILLISECONDS, 10 * 2 ** attempt));

export const decideWithinSeconds = (env: ExecutionEnvironment) =>
  Number(requiredVariable(env, "DECIDE_WITHIN_SECONDS"));

export const paceOf = (env: ExecutionEnvironment) => ({
  ordersPerSecond: Number(requiredVariable(env, "BULK_ORDERS_PER_SECOND")),
  decideWithinSeconds: decideWithinSeconds(env),
});

export const edge = (env: ExecutionEnvironment) => edgeOf(env, "orders");
