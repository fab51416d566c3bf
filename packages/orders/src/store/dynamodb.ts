// The records of orders in DynamoDB: each order one item, ingest one conditional put.
import {
  GetCommand,
  PutCommand,
  QueryCommand,
  UpdateCommand,
  type UpdateCommandInput,
} from "@aws-sdk/lib-dynamodb";
import type { Product } from "@order-saga/contracts";
import { queryDue } from "@order-saga/messaging/due";
import {
  batchGet,
  type Item,
  type Key,
  overVersionBefore,
  type Table,
  writeIf,
} from "@order-saga/messaging/dynamodb";
import { again, retry } from "@order-saga/messaging/retry";
import { bulkRow } from "@order-saga/protocol/bulk-records";
import { catalogueList, orderRecord, principalList, productRecord } from "@order-saga/protocol/records";
import type { BlindWrite } from "../blind-write.ts";
import type { Order } from "../order.ts";
import { cursorAfter, placeOfOrder, placeOfProduct } from "../paging.ts";
import type { OrderStore } from "../ports.ts";
import { toItem, toOrder, toRecord } from "./record.ts";
import { saveUnless } from "./save-unless.ts";

export function createDynamoDbStore(table: Table): OrderStore {
  const { client, tableName: TableName } = table;

  async function load(orderId: string): Promise<Order | undefined> {
    const answer = await client.send(
      new GetCommand({ TableName, Key: orderRecord.key(orderId), ConsistentRead: true }),
    );
    return answer.Item && toOrder(answer.Item);
  }

  function save(next: Order) {
    const put = new PutCommand({ TableName, Item: toItem(next), ...overVersionBefore(next.version) });
    return writeIf(() => client.send(put));
  }

  return {
    load,
    save,

    async loadAll(orderIds) {
      const items = await batchGet(table, orderIds.map(orderRecord.key));
      return new Map(items.map(toOrder).map((order) => [order.orderId, order]));
    },

    create(order, otherIds = []) {
      const { orderId } = order;
      const exhausted = () => new Error(`The order ${orderId} was there and is gone.`);
      return retry({ attempts: CREATE_ATTEMPTS, exhausted }, async () => {
        const others = otherIds.map(orderRecord.key);
        const result = others.length > 0 ? await saveUnless(table, order, others) : await save(order);
        if (result === "written") return order;
        const found = await Promise.all([orderId, ...otherIds].map(load));
        return found.find((earlier) => earlier !== undefined) ?? again;
      });
    },

    createOfRow(order, ofBulk) {
      const { orderId } = order;
      const exhausted = () => new Error(`The order ${orderId} is contended.`);
      return retry({ attempts: CREATE_ATTEMPTS, exhausted }, async () => {
        const result = await saveUnless(table, order, [bulkRow.key(ofBulk.bulkId, ofBulk.bulkRow)]);
        if (result === "written") return order;
        const found = await load(orderId);
        return found ?? (result === "lost" ? undefined : again);
      });
    },

    writeBlind: (write) => writeBlind(table, write),

    async orders(principal, { cursor, limit }) {
      const start = cursor === undefined ? undefined : placeOfOrder(cursor);
      const after = start && { ...orderRecord.key(start.orderId), listSk: start.place };
      const listPk = principalList(principal);
      const { items, next } = await listed(table, { listPk, limit, after, ascending: false });
      return { items: items.map(toOrder), ...next };
    },

    due: (now, limit) => queryDue(table, now, limit),

    async products(skus) {
      const items = await batchGet(table, [...new Set(skus)].map(productRecord.key));
      return new Map(items.map(toProduct).map((product) => [product.sku, product]));
    },

    async putProduct(product) {
      const Item = {
        ...productRecord.key(product.sku),
        ...product,
        listPk: catalogueList,
        listSk: product.sku,
      };
      await client.send(new PutCommand({ TableName, Item }));
    },

    async catalogue({ cursor, limit }) {
      const start = cursor === undefined ? undefined : placeOfProduct(cursor);
      const after = start === undefined ? undefined : { ...productRecord.key(start), listSk: start };
      const { items, next } = await listed(table, { listPk: catalogueList, limit, after, ascending: true });
      return { items: items.map(toProduct), ...next };
    },
  };
}

async function writeBlind({ client, tableName }: Table, write: BlindWrite): Promise<Order | boolean> {
  // What a write returns costs nothing (DynamoDB API reference, "UpdateItem", ReturnValues).
  const ReturnValues = write.isDecision ? "ALL_NEW" : "NONE";
  const update = new UpdateCommand({ TableName: tableName, ...updateOf(write), ReturnValues });
  let after: Item | undefined;
  const result = await writeIf(async () => {
    after = (await client.send(update)).Attributes;
  });
  return result === "written" && (after ? toOrder(after) : true);
}

/** Two transactions about the same ids refuse each other, and neither has written then. */
const CREATE_ATTEMPTS = 10;

/** The fact and its outcome are set, if the order has had the one kind of events and not the other. */
function updateOf(write: BlindWrite): Omit<UpdateCommandInput, "TableName"> {
  const { after, at, notAfter, orderId, outcome, settles, type } = write;
  return {
    Key: orderRecord.key(orderId),
    UpdateExpression: [
      `SET ${type} = :at`,
      ...(outcome ? [`, ${outcome.type} = :outcome`] : []),
      ...(settles ? [" REMOVE dueShard, dueAt"] : []),
      " ADD version :one",
    ].join(""),
    ConditionExpression: [
      ...["pk", ...after].map((name) => `attribute_exists(${name})`),
      ...notAfter.map((name) => `attribute_not_exists(${name})`),
      // A row of a bulk says its bulk in its outcome, which only the record knows.
      "attribute_not_exists(OrderPlaced.#data.bulkId)",
    ].join(" AND "),
    ExpressionAttributeNames: { "#data": "data" },
    ExpressionAttributeValues: { ":at": at, ":one": 1, ...(outcome && { ":outcome": toRecord(outcome) }) },
  };
}

type Listing = {
  listPk: string;
  limit: number;
  /** The key after which the page begins. */
  after: (Key & { listSk: string }) | undefined;
  ascending: boolean;
};

/** One page of a list: keys from the index, items from the table in the same order. */
async function listed(table: Table, { after, ascending, limit, listPk }: Listing) {
  const answer = await table.client.send(
    new QueryCommand({
      TableName: table.tableName,
      IndexName: "list",
      KeyConditionExpression: "listPk = :list",
      ExpressionAttributeValues: { ":list": listPk },
      ScanIndexForward: ascending,
      // One more than asked for tells whether there is a next page.
      Limit: limit + 1,
      ...(after && { ExclusiveStartKey: { ...after, listPk } }),
    }),
  );
  const found = answer.Items ?? [];
  const keys = found.slice(0, limit).map((item): Key => ({ pk: String(item.pk), sk: String(item.sk) }));
  const items = new Map((await batchGet(table, keys)).map((item) => [String(item.pk), item]));
  const last = found.length > limit ? found[limit - 1] : undefined;
  return {
    items: keys.map((key) => items.get(key.pk)).filter((item) => item !== undefined),
    next: last ? { next: cursorAfter(String(last.listSk)) } : {},
  };
}

function toProduct(item: Item): Product {
  const { sku, name, unitPrice, currency } = item as Product;
  return { sku, name, unitPrice, currency };
}
