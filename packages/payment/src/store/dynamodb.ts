// Payment's records in DynamoDB: one item per order, each write conditional on the version before it.
import { GetCommand, PutCommand } from "@aws-sdk/lib-dynamodb";
import { dueAttributes, queryDue } from "@order-saga/messaging/due";
import { overVersionBefore, type Table, writeIf } from "@order-saga/messaging/dynamodb";
import { paymentRecord } from "@order-saga/protocol/records";
import { emptyParts, type Payment } from "../payment.ts";
import type { PaymentStore } from "../ports.ts";

export function createDynamoDbStore(table: Table): PaymentStore {
  const { client, tableName: TableName } = table;
  return {
    async load(orderId) {
      const { Item } = await client.send(
        new GetCommand({ TableName, Key: paymentRecord.key(orderId), ConsistentRead: true }),
      );
      if (!Item) return undefined;
      const { pk: _pk, sk: _sk, dueShard: _shard, ...payment } = Item;
      return { ...emptyParts, ...payment } as unknown as Payment;
    },

    save(next) {
      const Item = {
        ...paymentRecord.key(next.orderId),
        ...withoutEmpty(next),
        ...dueAttributes(next.orderId, next.dueAt),
      };
      const put = new PutCommand({ TableName, Item, ...overVersionBefore(next.version) });
      return writeIf(() => client.send(put));
    },

    due: (now, limit) => queryDue(table, now, limit),
  };
}

function withoutEmpty(payment: Payment): object {
  const isEmpty = (name: string, value: unknown) =>
    name in emptyParts && (value === 0 || (Array.isArray(value) && value.length === 0));
  return Object.fromEntries(Object.entries(payment).filter(([name, value]) => !isEmpty(name, value)));
}
