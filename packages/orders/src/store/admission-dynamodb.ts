// Gauges and turns in DynamoDB: one item for all gauges, and a fixed number of items for turns.
import { GetCommand, PutCommand } from "@aws-sdk/lib-dynamodb";
import { overVersionBefore, type Table, writeIf } from "@order-saga/messaging/dynamodb";
import { gaugesRecord, turnRecord } from "@order-saga/protocol/records";
import { noGauges } from "../admission/gauges.ts";
import type { GaugeStore, Gauges, TurnStore } from "../admission/ports.ts";
import { turnPlace } from "../admission/turn-place.ts";

const gaugesKey = gaugesRecord.key("ORDERS");

export function createGaugeStore({ client, tableName: TableName }: Table): GaugeStore {
  return {
    async load() {
      const { Item } = await client.send(new GetCommand({ TableName, Key: gaugesKey, ConsistentRead: true }));
      return Item ? { version: Number(Item.version), of: Item.of as Gauges["of"] } : noGauges;
    },
    save({ of, version }) {
      const put = new PutCommand({
        TableName,
        Item: { ...gaugesKey, of, version },
        ...overVersionBefore(version),
      });
      return writeIf(() => client.send(put));
    },
  };
}

const turnKey = (orderId: string) => turnRecord.key(turnPlace(orderId));

export function createTurnStore({ client, tableName: TableName }: Table): TurnStore {
  return {
    async load(orderId) {
      const { Item } = await client.send(new GetCommand({ TableName, Key: turnKey(orderId) }));
      return Item?.orderId === orderId ? Number(Item.at) : undefined;
    },
    async save(orderId, at) {
      await client.send(new PutCommand({ TableName, Item: { ...turnKey(orderId), orderId, at } }));
    },
  };
}
