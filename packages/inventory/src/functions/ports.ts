// What the functions of inventory share: the table, and a pause before trying again.
import { createDocumentClient } from "@order-saga/messaging/dynamodb";
import { environment } from "@order-saga/messaging/lambda";
import type { InventoryPorts } from "../reactions.ts";
import { createDynamoDbStore } from "../store/dynamodb.ts";
import { takingTurns } from "../store/turns.ts";

const table = createDynamoDbStore({ client: createDocumentClient(), tableName: environment("TABLE_NAME") });

export const ports: InventoryPorts = { store: takingTurns(table), backOff };

/** A random pause that grows with each attempt, up to a second and a half. */
async function backOff(attempt: number): Promise<void> {
  const longest = Math.min(1500, 10 * 2 ** attempt);
  await new Promise((resolve) => setTimeout(resolve, Math.random() * longest));
}
