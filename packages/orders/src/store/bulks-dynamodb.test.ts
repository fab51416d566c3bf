// The bulks in DynamoDB pass the shared suite over the wire; a head comes after its rows, or not at all.
import {
  BatchGetCommand,
  type BatchGetCommandOutput,
  type DynamoDBDocumentClient,
  PutCommand,
  ScanCommand,
} from "@aws-sdk/lib-dynamodb";
import { aTestTable } from "@order-saga/emulator/test-table";
import { createTableInput } from "@order-saga/messaging/table";
import { testNow } from "@order-saga/messaging/testing";
import { expect, test } from "vitest";
import { orders } from "../service.ts";
import { minutes } from "../testing.ts";
import { aBulk, bulkStoreSuite, rowOrOrderSuite } from "./bulks.suite.ts";
import { createBulkStore } from "./bulks-dynamodb.ts";
import { createDynamoDbStore } from "./dynamodb.ts";

const tableName = "orders";
const testTable = aTestTable(createTableInput(tableName, orders.table));

bulkStoreSuite(() => createBulkStore({ client: testTable.client(), tableName }));
rowOrOrderSuite(() => {
  const table = { client: testTable.client(), tableName };
  return { orders: createDynamoDbStore(table), bulks: createBulkStore(table) };
});

/** A store whose nth put is not carried out. */
function failingAt(nth: number) {
  let puts = 0;
  const send = async (command: unknown) => {
    if (command instanceof PutCommand && ++puts === nth) throw new Error("no answer");
    return testTable.client().send(command as never);
  };
  return createBulkStore({ client: { send } as unknown as DynamoDBDocumentClient, tableName });
}

test.for([1, 2, 3])("a bulk whose chunk %i was not written is not there, until a retry", async (nth) => {
  const { bulk, chunks, rows } = aBulk({ count: 6 });
  const failing = failingAt(nth);
  await expect(failing.create(bulk, chunks, [])).rejects.toThrow("no answer");
  expect(await failing.load(bulk.bulkId)).toBeUndefined();
  expect(await failing.create(bulk, chunks, [])).toEqual(bulk);
  expect(await failing.rows(bulk)).toEqual(rows);
});

test("the rows are in order, though DynamoDB answers a batch in any", async () => {
  const send = async (command: unknown) => {
    const answer = await testTable.client().send(command as never);
    if (command instanceof BatchGetCommand)
      for (const items of Object.values((answer as BatchGetCommandOutput).Responses ?? {})) items.reverse();
    return answer;
  };
  const store = createBulkStore({ client: { send } as unknown as DynamoDBDocumentClient, tableName });
  const { bulk, chunks, rows } = aBulk({ count: 6 });
  await store.create(bulk, chunks, []);
  expect(await store.rows(bulk)).toEqual(rows);
});

test("a collision of two rows is tried again", async () => {
  const send = async () => {
    throw Object.assign(new Error("Transaction cancelled"), {
      name: "TransactionCanceledException",
      CancellationReasons: [{ Code: "None" }, { Code: "TransactionConflict" }],
    });
  };
  const store = createBulkStore({ client: { send } as unknown as DynamoDBDocumentClient, tableName });
  const outcome = { state: "confirmed", orderId: "ord_1", amount: 1 } as const;
  expect(await store.settle("bulk_1", 0, outcome)).toBe("conflict");
});

test("a bulk that is due is no order that is due, and no item has a time to live", async () => {
  const table = { client: testTable.client(), tableName };
  const { bulk, chunks } = aBulk();
  await createBulkStore(table).create(bulk, chunks, []);
  const { orderIds } = await createDynamoDbStore(table).due(testNow + 1000 * minutes, 10_000);
  expect(orderIds).not.toContain(bulk.bulkId);
  const { Items = [] } = await table.client.send(new ScanCommand({ TableName: tableName }));
  expect(Items.length).toBeGreaterThan(0);
  for (const item of Items) {
    expect(Object.keys(item)).not.toContain("ttl");
    expect("dueShard" in item).toBe("dueAt" in item);
  }
});
