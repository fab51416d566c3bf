// Payment's records in DynamoDB: one item per order, each write conditional on the version before it.
import { GetCommand, PutCommand } from "@aws-sdk/lib-dynamodb";
import { queryDue } from "@order-saga/messaging/due";
import { overVersionBefore, type Table, writeIf } from "@order-saga/messaging/dynamodb";
import { paymentRecord } from "@order-saga/protocol/records";
import type { PaymentStore } from "../ports.ts";
import { toItem, toPayment } from "./record.ts";

export function createDynamoDbStore(table: Table): PaymentStore {
  const { client, tableName: TableName } = table;
  return {
    async load(orderId) {
      const { Item } = await client.send(
        new GetCommand({ TableName, Key: paymentRecord.key(orderId), ConsistentRead: true }),
      );
      return Item && toPayment(Item);
    },

    save(next) {
      const put = new PutCommand({ TableName, Item: toItem(next), ...overVersionBefore(next.version) });
      return writeIf(() => client.send(put));
    },

    due: (now, limit) => queryDue(table, now, limit),
  };
}
