// The record of an order's mails in DynamoDB: one item per order, each write over the version before it.
import { GetCommand, PutCommand } from "@aws-sdk/lib-dynamodb";
import { overVersionBefore, type Table, writeIf } from "@order-saga/messaging/dynamodb";
import { notificationRecord } from "@order-saga/protocol/records";
import type { Notification } from "../notification.ts";
import type { NotificationStore } from "../ports.ts";

export function createDynamoDbStore({ client, tableName: TableName }: Table): NotificationStore {
  return {
    async load(orderId) {
      const { Item } = await client.send(
        new GetCommand({ TableName, Key: notificationRecord.key(orderId), ConsistentRead: true }),
      );
      if (!Item) return undefined;
      const { pk, sk, ...notification } = Item;
      return notification as Notification;
    },

    save(next) {
      const Item = { ...notificationRecord.key(next.orderId), ...next };
      const put = new PutCommand({ TableName, Item, ...overVersionBefore(next.version) });
      return writeIf(() => client.send(put));
    },
  };
}
