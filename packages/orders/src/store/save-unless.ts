// Saves a new order unless another item is there: the order of the same key under another id while the secret
// of ids is rotated, or the end of a bulk's row.
import { type Key, type Table, writeTogether } from "@order-saga/messaging/dynamodb";
import type { SaveResult } from "@order-saga/messaging/versioned-store";
import type { Order } from "../order.ts";
import { toItem } from "./record.ts";

/** One transaction, so that of two functions that each write what the other one checks only one saves. */
export async function saveUnless(table: Table, order: Order, others: readonly Key[]): Promise<SaveResult> {
  const isNew = { TableName: table.tableName, ConditionExpression: "attribute_not_exists(pk)" };
  return writeTogether(table, [
    { Put: { ...isNew, Item: toItem(order) } },
    ...others.map((Key) => ({ ConditionCheck: { ...isNew, Key } })),
  ]);
}
