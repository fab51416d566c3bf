// The feeds in DynamoDB pass the shared suite over the wire, and a collision is neither lost nor short.
import { type DynamoDBDocumentClient, PutCommand } from "@aws-sdk/lib-dynamodb";
import { aTestTable } from "@order-saga/emulator/test-table";
import { createTableInput } from "@order-saga/messaging/table";
import { stockRecord } from "@order-saga/protocol/records";
import { expect, test } from "vitest";
import { afterBatch, waitingFeed } from "../feed/feed.ts";
import { inventory } from "../service.ts";
import { feedStoreSuite } from "./feeds.suite.ts";
import { createFeedStore } from "./feeds-dynamodb.ts";

const tableName = "inventory";
const testTable = aTestTable(createTableInput(tableName, inventory.table));

feedStoreSuite(() => {
  const client = testTable.client();
  return {
    feeds: createFeedStore({ client, tableName }),
    async setAvailable(sku, available) {
      const Item = { ...stockRecord.key(sku), sku, available, reserved: 0, sold: 0, restocked: available };
      await client.send(new PutCommand({ TableName: tableName, Item }));
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
  expect(await feeds.apply(afterBatch(feed, batch, { offset: 9, line: 3 }), batch, [])).toBe("conflict");
});
