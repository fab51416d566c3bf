// The feeds in DynamoDB pass the shared suite over the wire, and a collision is neither lost nor short.
import { type DynamoDBDocumentClient, GetCommand, PutCommand } from "@aws-sdk/lib-dynamodb";
import { aTestTable } from "@order-saga/emulator/test-table";
import { createTableInput } from "@order-saga/messaging/table";
import { stockRecord } from "@order-saga/protocol/records";
import { bucketId } from "@order-saga/protocol/stock";
import { expect, test } from "vitest";
import { afterBatch, waitingFeed } from "../feed/feed.ts";
import { inventory } from "../service.ts";
import { feedStoreSuite } from "./feeds.suite.ts";
import { createFeedStore } from "./feeds-dynamodb.ts";

const tableName = "inventory";
const testTable = aTestTable(createTableInput(tableName, inventory.table));

feedStoreSuite(() => {
  const client = testTable.client();
  const isThere = async (sku: string, bucket: number) => {
    const Key = stockRecord.key(bucketId(sku, bucket));
    return (await client.send(new GetCommand({ TableName: tableName, Key }))).Item !== undefined;
  };
  return {
    feeds: createFeedStore({ client, tableName }),
    async setAvailable(sku, ...buckets) {
      for (const [bucket, available] of buckets.entries()) {
        // A bucket has no record before it is filled.
        if (bucket > 0 && available === 0 && !(await isThere(sku, bucket))) continue;
        const counters = { available, reserved: 0, sold: 0, restocked: available, given: 1 };
        const Item = { ...stockRecord.key(bucketId(sku, bucket)), sku, ...counters };
        const more = bucket === 0 && buckets.length > 1 ? { buckets: buckets.length } : {};
        await client.send(new PutCommand({ TableName: tableName, Item: { ...Item, ...more } }));
      }
    },
  };
});

test("a collision with an order is tried again", async () => {
  const send = async () => {
    throw Object.assign(new Error("Transaction cancelled"), {
      name: "TransactionCanceledException",
      CancellationReasons: [{ Code: "None" }, { Code: "None" }, { Code: "TransactionConflict" }],
    });
  };
  const feeds = createFeedStore({ client: { send } as unknown as DynamoDBDocumentClient, tableName });
  const feed = waitingFeed(`feed_${"0".repeat(32)}`);
  const change = { sku: "TEA", delta: 1, least: 0, lines: [2] };
  const batch = { changes: [change], errors: [], applied: 1 };
  expect(await feeds.apply(afterBatch(feed, batch, { offset: 9, line: 3 }), batch, [], new Map())).toBe(
    "conflict",
  );
  const move = { sku: "TEA", into: 0, from: [{ bucket: 1, quantity: 1 }], below: 1 };
  expect(await feeds.move(move)).toBe("conflict");
});
