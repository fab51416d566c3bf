// The record of an order's mails in DynamoDB: one item per order, guarded by its version.
import { type DynamoDBDocumentClient, GetCommand, PutCommand } from "@aws-sdk/lib-dynamodb";
import { isConditionFailed } from "@order-saga/messaging/dynamodb";
import { notificationRecord } from "@order-saga/protocol/records";
import type { Notification } from "../notification.ts";
import type { NotificationStore } from "./store.ts";

export function createDynamoDbStore(options: {
  client: Pick<DynamoDBDocumentClient, "send">;
  tableName: string;
}): NotificationStore {
  const { client, tableName: TableName } = options;
  return {
    async load(orderId) {
      const { Item } = await client.send(
        new GetCommand({ TableName, Key: notificationRecord.key(orderId), ConsistentRead: true }),
      );
      if (!Item) return undefined;
      const { pk, sk, ...notification } = Item;
      return notification as Notification;
    },
    async save(notification) {
      const saved = { ...notification, version: notification.version + 1 };
      try {
        await client.send(
          new PutCommand({
            TableName,
            Item: { ...notificationRecord.key(notification.orderId), ...saved },
            ...unchangedSince(notification.version),
          }),
        );
        return saved;
      } catch (error) {
        if (isConditionFailed(error)) return undefined;
        throw error;
      }
    },
  };
}

function unchangedSince(version: number) {
  if (version === 0) return { ConditionExpression: "attribute_not_exists(pk)" };
  return {
    ConditionExpression: "#version = :version",
    ExpressionAttributeNames: { "#version": "version" },
    ExpressionAttributeValues: { ":version": version },
  };
}
