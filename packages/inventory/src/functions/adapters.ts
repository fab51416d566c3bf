// The adapters that the functions of inventory share: the table, and a pause before trying again.
import { createDocumentClient } from "@order-saga/messaging/dynamodb";
import { type ExecutionEnvironment, requiredVariable } from "@order-saga/messaging/execution-environment";
import type { InventoryPorts } from "../ports.ts";
import { createDynamoDbStore } from "../store/dynamodb.ts";
import { oneWriterPerBucket, type Turns } from "../store/one-writer-per-bucket.ts";

const LONGEST_PAUSE_MILLISECONDS = 1500;

/** Functions that share a process, as on the laptop, take turns with each other too. */
const turnsOf = new WeakMap<object, Turns>();

export function inventoryPorts(env: ExecutionEnvironment): InventoryPorts {
  const { process = env } = env;
  const turns: Turns = turnsOf.get(process) ?? new Map();
  turnsOf.set(process, turns);
  const client = env.client("dynamodb", createDocumentClient);
  const table = createDynamoDbStore({
    client,
    tableName: requiredVariable(env, "TABLE_NAME"),
    pause: env.pause,
  });
  return {
    store: oneWriterPerBucket(table, turns),
    backOff: backOff(env),
  };
}

export const backOff = (env: ExecutionEnvironment) => (attempt: number) =>
  env.pause(Math.min(LONGEST_PAUSE_MILLISECONDS, 10 * 2 ** attempt));
