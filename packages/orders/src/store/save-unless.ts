// Saves a new order unless its key has made one under another id: while the secret of ids is rotated.
import { TransactWriteCommand } from "@aws-sdk/lib-dynamodb";
import { cancellationCodes, type Table } from "@order-saga/messaging/dynamodb";
import type { SaveResult } from "@order-saga/messaging/versioned-store";
import { orderRecord } from "@order-saga/protocol/records";
import type { Order } from "../order.ts";
import { toItem } from "./record.ts";

/** One transaction, so that of two functions with the secrets in another order only one saves. */
export async function saveUnless(
  { client, tableName: TableName }: Table,
  order: Order,
  otherIds: readonly string[],
): Promise<SaveResult> {
  const ConditionExpression = "attribute_not_exists(pk)";
  const checks = otherIds.map((id) => ({
    ConditionCheck: { TableName, Key: orderRecord.key(id), ConditionExpression },
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
