// What the functions of inventory share: the table, and a pause before trying again.
import { createDocumentClient } from "@order-saga/messaging/dynamodb";
import { environment, type Sandbox } from "@order-saga/messaging/sandbox";
import type { InventoryPorts } from "../reactions.ts";
import { createDynamoDbStore } from "../store/dynamodb.ts";
import { takingTurns } from "../store/turns.ts";

const LONGEST_PAUSE_MILLISECONDS = 1500;

/** Functions that share a process, as on the laptop, take turns with each other too. */
const known = new WeakMap<Sandbox, InventoryPorts>();

export function inventoryPorts(sandbox: Sandbox): InventoryPorts {
  const ports = known.get(sandbox) ?? create(sandbox);
  known.set(sandbox, ports);
  return ports;
}

function create(sandbox: Sandbox): InventoryPorts {
  const client = sandbox.client("dynamodb", createDocumentClient);
  const table = createDynamoDbStore({ client, tableName: environment(sandbox, "TABLE_NAME") });
  return {
    store: takingTurns(table),
    backOff: (attempt) => sandbox.pause(Math.min(LONGEST_PAUSE_MILLISECONDS, 10 * 2 ** attempt)),
  };
}
