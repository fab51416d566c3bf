// The records of orders in DynamoDB: each order one item, ingest one conditional put.
import {
  BatchGetCommand,
  type DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
} from "@aws-sdk/lib-dynamodb";
import type { Product } from "@order-saga/contracts";
import { dueAttributes, queryDue } from "@order-saga/messaging/due";
import { isConditionFailed } from "@order-saga/messaging/dynamodb";
import type { Order } from "../order.ts";
import { invalidCursor, type Page } from "../paging.ts";
import type { OrderStore } from "./store.ts";

type Table = { client: DynamoDBDocumentClient; tableName: string };
type Key = { pk: string; sk: string };
type Item = Record<string, unknown>;

const orderKey = (orderId: string): Key => ({ pk: `ORDER#${orderId}`, sk: "ORDER" });
const productKey = (sku: string): Key => ({ pk: `PRODUCT#${sku}`, sk: "PRODUCT" });
const principalList = (principal: string) => `PRINCIPAL#${principal}`;
const CATALOGUE = "CATALOGUE";

export function createDynamoDbStore(table: Table): OrderStore {
  const { client, tableName: TableName } = table;

  async function load(orderId: string): Promise<Order | undefined> {
    const answer = await client.send(
      new GetCommand({ TableName, Key: orderKey(orderId), ConsistentRead: true }),
    );
    return answer.Item && toOrder(answer.Item);
  }

  return {
    async create(order) {
      const { orderId } = order;
      if (await put(table, order, { ConditionExpression: "attribute_not_exists(pk)" })) return order;
      const earlier = await load(orderId);
      if (!earlier) throw new Error(`The order ${orderId} was there and is gone.`);
      return earlier;
    },

    load,

    save: (next) =>
      put(table, next, {
        ConditionExpression: "version = :before",
        ExpressionAttributeValues: { ":before": next.version - 1 },
      }),

    async orders(principal, page) {
      const { items, next } = await listed(table, principalList(principal), page, false);
      return { items: items.map(toOrder), ...next };
    },

    due: (now, limit) => queryDue(table, now, limit),

    async products(skus) {
      const items = await batchGet(table, [...new Set(skus)].map(productKey));
      return new Map(items.map(toProduct).map((product) => [product.sku, product]));
    },

    async putProduct(product) {
      const Item = { ...productKey(product.sku), ...product, listPk: CATALOGUE, listSk: product.sku };
      await client.send(new PutCommand({ TableName, Item }));
    },

    async catalogue(page) {
      const { items, next } = await listed(table, CATALOGUE, page, true);
      return { items: items.map(toProduct), ...next };
    },
  };
}

type Condition = { ConditionExpression: string; ExpressionAttributeValues?: Item };

/** False if the condition did not hold: another writer was first. */
async function put({ client, tableName }: Table, order: Order, condition: Condition): Promise<boolean> {
  try {
    await client.send(new PutCommand({ TableName: tableName, Item: toItem(order), ...condition }));
    return true;
  } catch (error) {
    if (isConditionFailed(error)) return false;
    throw error;
  }
}

/** One page of a list: keys from the index, items from the table in the same order. */
async function listed(table: Table, listPk: string, page: Page, ascending: boolean) {
  const start = page.cursor === undefined ? undefined : parseCursor(page.cursor, listPk);
  const answer = await table.client.send(
    new QueryCommand({
      TableName: table.tableName,
      IndexName: "list",
      KeyConditionExpression: "listPk = :list",
      ExpressionAttributeValues: { ":list": listPk },
      ScanIndexForward: ascending,
      Limit: page.limit,
      ...(start && { ExclusiveStartKey: start }),
    }),
  );
  const keys = (answer.Items ?? []).map((item): Key => ({ pk: String(item.pk), sk: String(item.sk) }));
  const items = new Map((await batchGet(table, keys)).map((item) => [String(item.pk), item]));
  return {
    items: keys.map((key) => items.get(key.pk)).filter((item) => item !== undefined),
    next: answer.LastEvaluatedKey ? { next: toCursor(answer.LastEvaluatedKey) } : {},
  };
}

/** Consistent, in as many requests as it takes. */
async function batchGet({ client, tableName }: Table, keys: Key[]): Promise<Item[]> {
  const items: Item[] = [];
  for (let left = keys; left.length > 0; ) {
    const answer = await client.send(
      new BatchGetCommand({ RequestItems: { [tableName]: { Keys: left, ConsistentRead: true } } }),
    );
    items.push(...(answer.Responses?.[tableName] ?? []));
    left = (answer.UnprocessedKeys?.[tableName]?.Keys ?? []) as Key[];
  }
  return items;
}

function toCursor(key: Item): string {
  return Buffer.from(JSON.stringify([key.pk, key.sk, key.listSk])).toString("base64url");
}

/** A cursor names a place in one list only; in another it is refused. */
function parseCursor(cursor: string, listPk: string): Item {
  let parts: unknown;
  try {
    parts = JSON.parse(Buffer.from(cursor, "base64url").toString());
  } catch {
    throw invalidCursor();
  }
  if (!Array.isArray(parts) || parts.length !== 3 || !parts.every((part) => typeof part === "string")) {
    throw invalidCursor();
  }
  const [pk, sk, listSk] = parts;
  return { pk, sk, listPk, listSk };
}

function toItem(order: Order): Item {
  return {
    ...orderKey(order.orderId),
    ...order,
    listPk: principalList(order.principal),
    listSk: `${order.placedAt}#${order.orderId}`,
    ...dueAttributes(order.orderId, order.dueAt),
  };
}

function toOrder(item: Item): Order {
  const { pk: _pk, sk: _sk, listPk: _listPk, listSk: _listSk, dueShard: _shard, ...order } = item;
  return order as Order;
}

function toProduct(item: Item): Product {
  const { sku, name, unitPrice, currency } = item as Product;
  return { sku, name, unitPrice, currency };
}
