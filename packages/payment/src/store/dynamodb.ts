// Payment's records in DynamoDB: one item per order, each write conditional on the version before it.
import { type DynamoDBDocumentClient, GetCommand, PutCommand } from "@aws-sdk/lib-dynamodb";
import { dueAttributes, queryDue } from "@order-saga/messaging/due";
import { isConditionFailed } from "@order-saga/messaging/dynamodb";
import { paymentRecord } from "@order-saga/protocol/records";
import type { Payment } from "../payment.ts";
import type { PaymentStore } from "./store.ts";

export function createDynamoDbStore(table: {
  client: DynamoDBDocumentClient;
  tableName: string;
}): PaymentStore {
  const { client, tableName: TableName } = table;
  return {
    async load(orderId) {
      const { Item } = await client.send(
        new GetCommand({ TableName, Key: paymentRecord.key(orderId), ConsistentRead: true }),
      );
      if (!Item) return undefined;
      const { pk: _pk, sk: _sk, dueShard: _shard, ...payment } = Item;
      return payment as Payment;
    },

    async save(next) {
      const isNew = next.version === 1;
      try {
        await client.send(
          new PutCommand({
            TableName,
            Item: { ...paymentRecord.key(next.orderId), ...next, ...dueAttributes(next.orderId, next.dueAt) },
            ConditionExpression: isNew ? "attribute_not_exists(pk)" : "version = :before",
            ...(!isNew && { ExpressionAttributeValues: { ":before": next.version - 1 } }),
          }),
        );
        return true;
      } catch (error) {
        if (isConditionFailed(error)) return false;
        throw error;
      }
    },

    due: (now, limit) => queryDue(table, now, limit),
  };
}
