// The buckets of SKUs in DynamoDB: read all together, the heads first, and filled from each other.
import { batchGet, type Item, type Table, type Writes } from "@order-saga/messaging/dynamodb";
import { stockRecord } from "@order-saga/protocol/records";
import { bucketId } from "@order-saga/protocol/stock";
import type { Move, Stock } from "../buckets.ts";
import { toBucket } from "./level.ts";

/** DynamoDB's limit of a BatchGetItem. */
const MAXIMUM_KEYS = 100;

/** Each bucket strongly consistent; unknown SKUs are left out. A SKU of one bucket costs one read. */
export async function readStock(table: Table, skus: readonly string[]): Promise<ReadonlyMap<string, Stock>> {
  const heads = await batchGet(table, skus.map(stockRecord.key));
  const others = await readOthers(table, heads);
  const items = new Map([...heads, ...others].map((item) => [String(item.pk), item]));
  return new Map(
    heads.map((head) => {
      const buckets = idsOf(head).map((id) => toBucket(items.get(stockRecord.key(id).pk)));
      return [String(head.sku), buckets] as const;
    }),
  );
}

/** The buckets of these SKUs beside their heads, as far as they were ever filled. */
export async function readOthers(table: Table, heads: readonly Item[]): Promise<Item[]> {
  const keys = heads.flatMap((head) => idsOf(head).slice(1)).map(stockRecord.key);
  const items: Item[] = [];
  for (let from = 0; from < keys.length; from += MAXIMUM_KEYS)
    items.push(...(await batchGet(table, keys.slice(from, from + MAXIMUM_KEYS))));
  return items;
}

const idsOf = ({ buckets = 1, sku }: Item): string[] =>
  Array.from({ length: Number(buckets) }, (_, bucket) => bucketId(String(sku), bucket));

export const zeroes = "reserved = if_not_exists(reserved, :zero), sold = if_not_exists(sold, :zero)";

/** The bucket that is filled is made by the first move into it. */
export function movesOf(TableName: string, { below, from, into, sku }: Move): Writes {
  const quantity = from.reduce((sum, each) => sum + each.quantity, 0);
  const isHead = into === 0;
  const fills = {
    TableName,
    Key: stockRecord.key(bucketId(sku, into)),
    UpdateExpression: `ADD available :q, restocked :q, given :one SET sku = :sku, ${zeroes}${isHead ? "" : ", #bucket = :bucket"}`,
    ConditionExpression: "attribute_not_exists(pk) OR available < :below",
    ExpressionAttributeValues: {
      ":q": quantity,
      ":one": 1,
      ":zero": 0,
      ":sku": sku,
      ":below": below,
      ...(!isHead && { ":bucket": into }),
    },
    // A reserved word.
    ...(!isHead && { ExpressionAttributeNames: { "#bucket": "bucket" } }),
  };
  const takes = from.map((each) => ({
    TableName,
    Key: stockRecord.key(bucketId(sku, each.bucket)),
    UpdateExpression: "ADD available :back, restocked :back",
    ConditionExpression: "available >= :least",
    ExpressionAttributeValues: { ":back": -each.quantity, ":least": each.quantity },
  }));
  return [fills, ...takes].map((Update) => ({ Update }));
}
