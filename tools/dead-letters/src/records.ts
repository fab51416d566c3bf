// The records that each service holds of one order, as they lie in its table.
import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { BatchGetCommand, DynamoDBDocumentClient, GetCommand, QueryCommand } from "@aws-sdk/lib-dynamodb";
import type { ServiceName } from "@order-saga/contracts";
import { toOrder } from "@order-saga/orders/store/record";
import { toPayment } from "@order-saga/payment/store/record";
import {
  catalogueList,
  orderRecord,
  paymentRecord,
  recordOfOrder,
  stockRecord,
} from "@order-saga/protocol/records";
import { bucketId } from "@order-saga/protocol/stock";
import { services } from "@order-saga/services";

export type Item = Record<string, unknown>;

/** The name of a service's table; on the laptop it is the service's name. */
export type TableOf = (service: ServiceName) => string;

export type OrderRecords = Partial<Record<ServiceName, Item>>;

/** A consistent read of each; not of all at one time. */
export async function readRecords(
  dynamodb: DynamoDBClient,
  orderId: string,
  tableOf: TableOf = (service) => service,
  wanted: readonly ServiceName[] = services.map(({ name }) => name),
): Promise<OrderRecords> {
  const client = DynamoDBDocumentClient.from(dynamodb);
  const found = await Promise.all(
    wanted.map(async (service): Promise<[ServiceName, Item | undefined]> => {
      const read = new GetCommand({
        TableName: tableOf(service),
        Key: recordOfOrder(service).key(orderId),
        ConsistentRead: true,
      });
      return [service, (await client.send(read)).Item];
    }),
  );
  return Object.fromEntries(found.filter(([, item]) => item !== undefined));
}

/** The counters of these SKUs, as inventory keeps them: their heads, then the other buckets of each. */
export async function readStock(
  dynamodb: DynamoDBClient,
  skus: readonly string[],
  tableOf: TableOf = (service) => service,
): Promise<Item[]> {
  const read = (ids: string[]) => readItems(dynamodb, tableOf("inventory"), ids.map(stockRecord.key));
  const heads = await read([...new Set(skus)]);
  const others = heads.flatMap(({ buckets = 1, sku }) =>
    Array.from({ length: Number(buckets) - 1 }, (_, n) => bucketId(String(sku), n + 1)),
  );
  return [...heads, ...(await read(others))];
}

/** Everything the shop sells. */
export async function readCatalogue(dynamodb: DynamoDBClient): Promise<Item[]> {
  const client = DynamoDBDocumentClient.from(dynamodb);
  const { Items = [] } = await client.send(
    new QueryCommand({
      TableName: "orders",
      IndexName: "list",
      KeyConditionExpression: "listPk = :list",
      ExpressionAttributeValues: { ":list": catalogueList },
      Limit: 500,
    }),
  );
  return readItems(
    dynamodb,
    "orders",
    Items.map(({ pk, sk }) => ({ pk: String(pk), sk: String(sk) })),
  );
}

/** As many keys as one BatchGetItem may have. */
const MOST_KEYS = 100;

export async function readItems(
  dynamodb: DynamoDBClient,
  table: string,
  keys: readonly { pk: string; sk: string }[],
): Promise<Item[]> {
  const client = DynamoDBDocumentClient.from(dynamodb);
  const items: Item[] = [];
  for (let first = 0; first < keys.length; first += MOST_KEYS) {
    const Keys = keys.slice(first, first + MOST_KEYS);
    const { Responses = {} } = await client.send(
      new BatchGetCommand({ RequestItems: { [table]: { Keys, ConsistentRead: true } } }),
    );
    items.push(...(Responses[table] ?? []));
  }
  return items;
}

/** A record as its service reads it: without the keys of its table. */
export function factsOf(item: Item): Item {
  if (orderRecord.is(item)) return toOrder(item);
  if (paymentRecord.is(item)) return toPayment(item);
  const { pk: _pk, sk: _sk, dueShard: _due, ...facts } = item;
  return facts;
}
