// The DynamoDB store passes the shared suite over the wire, and takes no other error for an answer.
import { BatchGetCommand, type DynamoDBDocumentClient, ScanCommand } from "@aws-sdk/lib-dynamodb";
import { aTestTable } from "@order-saga/emulator/test-table";
import { createTableInput } from "@order-saga/messaging/table";
import { testNow } from "@order-saga/messaging/testing";
import { expect, test } from "vitest";
import { repeated } from "../order.ts";
import { orders } from "../service.ts";
import { anOrder, mug, orderIdOf } from "../testing.ts";
import { createDynamoDbStore } from "./dynamodb.ts";
import { orderStoreSuite } from "./store.suite.ts";

const tableName = "orders";
const testTable = aTestTable(createTableInput(tableName, orders.table));

orderStoreSuite(() => createDynamoDbStore({ client: testTable.client(), tableName }));

test("a table that is not there is an error, not an answer", async () => {
  const store = createDynamoDbStore({ client: testTable.client(), tableName: "nowhere" });
  const order = anOrder({ orderId: orderIdOf(0xabc) });
  const missing = { name: "ResourceNotFoundException" };
  await expect(store.create(order)).rejects.toMatchObject(missing);
  await expect(store.save(repeated(order, testNow))).rejects.toMatchObject(missing);
  await expect(store.load(order.orderId)).rejects.toMatchObject(missing);
});

/** A client that leaves all but the first key of a batch unprocessed, the first `times` times. */
function throttled(times: number) {
  let left = times;
  const send = async (command: unknown) => {
    if (!(command instanceof BatchGetCommand) || left-- <= 0)
      return testTable.client().send(command as never);
    const keys = command.input.RequestItems?.[tableName]?.Keys ?? [];
    const table = (some: typeof keys) => ({ [tableName]: { Keys: some, ConsistentRead: true } });
    const answer = await testTable
      .client()
      .send(new BatchGetCommand({ RequestItems: table(keys.slice(0, 1)) }));
    return { ...answer, UnprocessedKeys: keys.length > 1 ? table(keys.slice(1)) : {} };
  };
  return createDynamoDbStore({ client: { send } as unknown as DynamoDBDocumentClient, tableName });
}

test("what a batch leaves unprocessed is asked for again", async () => {
  const skus = ["LATE-1", "LATE-2", "LATE-3", "LATE-4"];
  const store = throttled(2);
  for (const sku of skus) await store.putProduct({ ...mug, sku });
  expect([...(await store.products(skus)).keys()].sort()).toEqual(skus);
});

test("a table that goes on leaving keys unprocessed is an error, not a missing product", async () => {
  const skus = Array.from({ length: 30 }, (_, n) => `NEVER-${n}`);
  await expect(throttled(1000).products(skus)).rejects.toMatchObject({ code: "Throttled" });
});

test("what decides anything is read consistently, and only the indexes are not", async () => {
  const seen: [string, unknown][] = [];
  const send = async (command: object & { input: object }) => {
    const consistent = JSON.stringify(command.input).includes('"ConsistentRead":true');
    seen.push([command.constructor.name, consistent]);
    return testTable.client().send(command as never);
  };
  const store = createDynamoDbStore({ client: { send } as unknown as DynamoDBDocumentClient, tableName });
  const order = anOrder({ orderId: orderIdOf(0xdef) });
  await store.create(order);
  await store.create(order);
  await store.load(order.orderId);
  await store.products(["MUG"]);
  await store.orders("ada", { limit: 1, cursor: undefined });
  const reads = seen.filter(([name]) => name !== "PutCommand");
  expect(reads).toEqual([
    ["GetCommand", true],
    ["GetCommand", true],
    ["BatchGetCommand", true],
    ["QueryCommand", false],
    ["BatchGetCommand", true],
  ]);
});

test("no record has a time to live, and only what is due stands in the index of what is due", async () => {
  const { Items = [] } = await testTable.client().send(new ScanCommand({ TableName: tableName }));
  expect(Items.length).toBeGreaterThan(0);
  for (const item of Items) {
    expect(Object.keys(item)).not.toContain("ttl");
    expect("dueShard" in item).toBe("dueAt" in item);
    expect(item).toMatchObject({ listPk: expect.any(String), listSk: expect.any(String) });
  }
});
