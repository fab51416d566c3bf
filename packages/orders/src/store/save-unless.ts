// Saves a new order unless another item is there: the order of the same key under another id while the secret
// of ids is rotated, or the end of a bulk's row.
import { TransactWriteCommand } from "@aws-sdk/lib-dynamodb";
import { cancellationCodes, type Key, type Table } from "@order-saga/messaging/dynamodb";
import type { SaveResult } from "@order-saga/messaging/versioned-store";
import type { Order } from "../order.ts";
import { toItem } from "./record.ts";

/** One transaction, so that of two functions that each write what the other one checks only one saves. */
export async function saveUnless(
  { client, tableName: TableName }: Table,
  order: Order,
  others: readonly Key[],
): Promise<SaveResult> {
  const ConditionExpression = "attribute_not_exists(pk)";
  const checks = others.map((Key) => ({
    ConditionCheck: { TableName, Key, ConditionExpression },
  }));
  const put = { Put: { TableName, Item: toItem(order), ConditionExpression } };
  try {
    await client.send(new TransactWriteCommand({ TransactItems: [put, ...checks] }));
    return "written";
  } catch (error) {
    const codes = cancellationCodes(error);
    if (!codes) throw error;
    return codes.includes("ConditionalCheckFailed") ? "lost" : "conflict";
  }
}
