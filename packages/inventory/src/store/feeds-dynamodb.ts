// Stock feeds in DynamoDB: a batch of rows, the stock it changes and the feed's place are one transaction.
import { GetCommand, PutCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import {
  batchGet,
  type Item,
  overVersionBefore,
  type Table,
  transact,
  type Writes,
  writeIf,
  writeTogether,
} from "@order-saga/messaging/dynamodb";
import { feedBatch, feedErrors } from "@order-saga/protocol/feed-records";
import { feedKeyRecord, feedRecord, stockRecord, uploadRecord } from "@order-saga/protocol/records";
import { bucketId } from "@order-saga/protocol/stock";
import type { Stock } from "../buckets.ts";
import type { RowError } from "../feed/csv.ts";
import { type Change, comparableSequencer, type Feed } from "../feed/feed.ts";
import type { FeedStore } from "../feed/ports.ts";
import { movesOf, readStock } from "./buckets-dynamodb.ts";

/** DynamoDB's limit of a BatchGetItem. */
const MAXIMUM_KEYS = 100;

export function createFeedStore(table: Table): FeedStore {
  const { client, tableName: TableName } = table;
  const put = (feed: Feed) => ({ TableName, Item: toItem(feed), ...overVersionBefore(feed.version) });

  return {
    async load(feedId) {
      const answer = await client.send(
        new GetCommand({ TableName, Key: feedRecord.key(feedId), ConsistentRead: true }),
      );
      return answer.Item && toFeed(answer.Item);
    },

    async create(feed) {
      await client.send(new PutCommand(put(feed)));
    },

    async claim(feed) {
      const codes = await transact(table, [{ Put: put(feed) }, { Update: newestOfKey(TableName, feed) }]);
      if (!codes) return "written";
      if (codes[0] === "ConditionalCheckFailed") return "lost";
      return codes[1] === "ConditionalCheckFailed" ? "older" : "conflict";
    },

    save: (feed) => writeIf(() => client.send(new PutCommand(put(feed)))),

    async apply(next, { changes }, errors, stock) {
      const { batches, errorItems, feedId } = next;
      const codes = await transact(table, [
        { Put: put(next) },
        { ConditionCheck: stillNewest(TableName, next) },
        ...changes.flatMap((change) => writesOf(TableName, change, stock.get(change.sku) ?? [])),
        ...(changes.length > 0
          ? [{ Put: { TableName, Item: { ...feedBatch.key(feedId, batches), changes } } }]
          : []),
        ...(errors.length > 0
          ? [{ Put: { TableName, Item: { ...feedErrors.key(feedId, errorItems), errors } } }]
          : []),
      ]);
      if (!codes) return "written";
      if (codes[0] === "ConditionalCheckFailed") return "lost";
      if (codes[1] === "ConditionalCheckFailed") return "older";
      return codes.includes("ConditionalCheckFailed") ? "short" : "conflict";
    },

    stock: (skus) => readStock(table, skus),

    move: (move) => writeTogether(table, movesOf(TableName, move)),

    async errors({ errorItems, feedId }) {
      const keys = Array.from({ length: errorItems }, (_, number) => feedErrors.key(feedId, number + 1));
      const items: Item[] = [];
      for (let from = 0; from < keys.length; from += MAXIMUM_KEYS)
        items.push(...(await batchGet(table, keys.slice(from, from + MAXIMUM_KEYS))));
      return items.flatMap(({ errors }) => errors as RowError[]).sort((a, b) => a.line - b.line);
    },

    async hashed(uploadId, by, hash, more = {}) {
      const names = Object.keys({ [by]: hash, ...more });
      const { Attributes = {} } = await client.send(
        new UpdateCommand({
          TableName,
          Key: uploadRecord.key(uploadId),
          UpdateExpression: `SET ${names.map((_, n) => `#n${n} = :v${n}`).join(", ")}`,
          ExpressionAttributeNames: Object.fromEntries(names.map((name, n) => [`#n${n}`, name])),
          ExpressionAttributeValues: Object.fromEntries(
            Object.values({ [by]: hash, ...more }).map((value, n) => [`:v${n}`, value]),
          ),
          ReturnValues: "ALL_NEW",
        }),
      );
      const { audited, imported } = Attributes;
      return {
        ...(audited !== undefined && { audited: String(audited) }),
        ...(imported !== undefined && { imported: String(imported) }),
      };
    },
  };
}

const sequencerOf = ({ file }: Feed) => comparableSequencer(file?.sequencer ?? "");
const keyItem = ({ file }: Feed) => feedKeyRecord.key(file?.key ?? "");

function newestOfKey(TableName: string, feed: Feed) {
  return {
    TableName,
    Key: keyItem(feed),
    UpdateExpression: "SET sequencer = :sequencer",
    ConditionExpression: "attribute_not_exists(pk) OR sequencer <= :sequencer",
    ExpressionAttributeValues: { ":sequencer": sequencerOf(feed) },
  };
}

function stillNewest(TableName: string, feed: Feed) {
  return {
    TableName,
    Key: keyItem(feed),
    ConditionExpression: "sequencer = :sequencer",
    ExpressionAttributeValues: { ":sequencer": sequencerOf(feed) },
  };
}

/** A level holds only over the stock that was read, in every bucket; a delta over what the head has. */
function writesOf(TableName: string, change: Change, [head, ...others]: Stock): Writes {
  const { delta, least, read, sku } = change;
  const isLevel = read !== undefined;
  const isGiven = delta > 0;
  const isSpread = others.length > 0;
  const sameBuckets = isSpread ? "buckets = :buckets" : "attribute_not_exists(buckets)";
  const update = {
    TableName,
    Key: stockRecord.key(sku),
    UpdateExpression: `ADD available :delta, restocked :delta${isGiven ? ", given :one" : ""}`,
    ConditionExpression: isLevel ? `available = :read AND ${sameBuckets}` : "available >= :least",
    ExpressionAttributeValues: {
      ":delta": delta,
      ...(isLevel ? { ":read": head?.available } : { ":least": least }),
      ...(isLevel && isSpread && { ":buckets": others.length + 1 }),
      ...(isGiven && { ":one": 1 }),
    },
  };
  if (!isLevel) return [{ Update: update }];
  const checks = others.map(({ available, given }, n) => ({
    TableName,
    Key: stockRecord.key(bucketId(sku, n + 1)),
    ...(given > 0
      ? { ConditionExpression: "available = :read", ExpressionAttributeValues: { ":read": available } }
      : { ConditionExpression: "attribute_not_exists(pk)" }),
  }));
  return [{ Update: update }, ...checks.map((ConditionCheck) => ({ ConditionCheck }))];
}

function toItem({ feedId, ...feed }: Feed): Item {
  return { ...feedRecord.key(feedId), ...feed };
}

export function toFeed({ pk, sk: _sk, ...feed }: Item): Feed {
  return { feedId: feedRecord.id(String(pk)), ...feed } as unknown as Feed;
}
