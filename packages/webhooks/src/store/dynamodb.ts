// The records of deliveries and endpoints in DynamoDB; what is due of an endpoint has a shard of its own.
import { GetCommand, PutCommand, QueryCommand } from "@aws-sdk/lib-dynamodb";
import { overVersionBefore, type Table, writeIf } from "@order-saga/messaging/dynamodb";
import { type RecordKind, webhookDeliveryRecord, webhookEndpointRecord } from "@order-saga/protocol/records";
import type { Delivery } from "../delivery.ts";
import type { EndpointState } from "../endpoint-state.ts";
import type { WebhookStore } from "../ports.ts";

const shardOf = (endpoint: string) => `to-${endpoint}`;

export function createDynamoDbStore({ client, tableName: TableName }: Table): WebhookStore {
  async function load<R>(kind: RecordKind, id: string): Promise<R | undefined> {
    const { Item } = await client.send(
      new GetCommand({ TableName, Key: kind.key(id), ConsistentRead: true }),
    );
    if (!Item) return undefined;
    const { pk, sk, dueShard, ...record } = Item;
    return record as R;
  }
  const save = (kind: RecordKind, id: string, record: { version: number }) => {
    const Item = { ...kind.key(id), ...record };
    return writeIf(() =>
      client.send(new PutCommand({ TableName, Item, ...overVersionBefore(record.version) })),
    );
  };
  return {
    delivery: (id) => load<Delivery>(webhookDeliveryRecord, id),
    endpoint: (name) => load<EndpointState>(webhookEndpointRecord, name),
    saveDelivery(next) {
      const shard = next.dueAt === undefined ? {} : { dueShard: shardOf(next.endpoint) };
      return save(webhookDeliveryRecord, next.id, { ...next, ...shard });
    },
    saveEndpoint: (next) => save(webhookEndpointRecord, next.name, next),
    async due(endpoint, until, limit) {
      const { Items = [] } = await client.send(
        new QueryCommand({
          TableName,
          IndexName: "due",
          KeyConditionExpression: "dueShard = :shard AND dueAt <= :until",
          ExpressionAttributeValues: { ":shard": shardOf(endpoint), ":until": new Date(until).toISOString() },
          Limit: limit,
        }),
      );
      return Items.map(({ pk }) => webhookDeliveryRecord.id(String(pk)));
    },
  };
}
