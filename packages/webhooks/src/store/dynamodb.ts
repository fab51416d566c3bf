// The records of deliveries and endpoints in DynamoDB; what is due of an endpoint has a shard of its own.
import { GetCommand, PutCommand, QueryCommand } from "@aws-sdk/lib-dynamodb";
import { overVersionBefore, type Table, writeIf } from "@order-saga/messaging/dynamodb";
import { type RecordKind, webhookDeliveryRecord, webhookEndpointRecord } from "@order-saga/protocol/records";
import type { Delivery } from "../delivery.ts";
import type { EndpointState } from "../endpoint-state.ts";
import type { WebhookStore } from "../ports.ts";

/** Of the year 9999, the last whose ISO form sorts as text. */
const LAST_MILLISECOND = Date.UTC(9999, 11, 31);

const shardOf = (endpoint: string) => `to-${endpoint}`;

/** What was given up is listed for the operator, and never due. */
function listed(delivery: Delivery): { dueShard?: string; dueAt?: string } {
  const { attempts, dueAt, endpoint, recordedAt, state } = delivery;
  if (state === "FAILED") return { dueShard: `failed-${endpoint}`, dueAt: attempts.at(-1)?.at ?? recordedAt };
  return dueAt === undefined ? {} : { dueShard: shardOf(endpoint), dueAt };
}

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
  async function inShard(shard: string, until: number, limit: number): Promise<string[]> {
    const last = new Date(until).toISOString();
    const { Items = [] } = await client.send(
      new QueryCommand({
        TableName,
        IndexName: "due",
        KeyConditionExpression: "dueShard = :shard AND dueAt <= :until",
        ExpressionAttributeValues: { ":shard": shard, ":until": last },
        Limit: limit,
      }),
    );
    return Items.map(({ pk }) => webhookDeliveryRecord.id(String(pk)));
  }
  return {
    async delivery(id) {
      const found = await load<Delivery>(webhookDeliveryRecord, id);
      if (found?.state !== "FAILED") return found;
      const { dueAt, ...delivery } = found;
      return delivery;
    },
    endpoint: (name) => load<EndpointState>(webhookEndpointRecord, name),
    saveDelivery: (next) => save(webhookDeliveryRecord, next.id, { ...next, ...listed(next) }),
    saveEndpoint: (next) => save(webhookEndpointRecord, next.name, next),
    due: (endpoint, until, limit) => inShard(shardOf(endpoint), until, limit),
    failed: (endpoint, limit) => inShard(`failed-${endpoint}`, LAST_MILLISECOND, limit),
  };
}
