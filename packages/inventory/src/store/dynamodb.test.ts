// The DynamoDB store passes the shared suite over the wire, and takes no other error for an answer.
import { type DynamoDBDocumentClient, GetCommand, ScanCommand } from "@aws-sdk/lib-dynamodb";
import { aTestTable } from "@order-saga/emulator/test-table";
import { createTableInput } from "@order-saga/messaging/table";
import { testNow } from "@order-saga/messaging/testing";
import { stockRecord } from "@order-saga/protocol/records";
import { expect, test } from "vitest";
import { reserve } from "../reservation.ts";
import { inventory } from "../service.ts";
import { anOrder, orderIdOf } from "../testing.ts";
import { createDynamoDbStore } from "./dynamodb.ts";
import { inventoryStoreSuite } from "./store.suite.ts";

const tableName = "inventory";
const testTable = aTestTable(createTableInput(tableName, inventory.table));

inventoryStoreSuite(() => createDynamoDbStore({ client: testTable.client(), tableName }));

test("a table that is not there is an error, not a shortage and not a lost race", async () => {
  const store = createDynamoDbStore({ client: testTable.client(), tableName: "nowhere" });
  const reservation = reserve(anOrder(orderIdOf(0), { TEA: 1 }), testNow, 900);
  const missing = { name: "ResourceNotFoundException" };
  await expect(store.reserve(reservation)).rejects.toMatchObject(missing);
  await expect(store.save(reservation)).rejects.toMatchObject(missing);
});

/** A store whose table cancels every transaction for these reasons, one for each item. */
function cancelledBy(...codes: string[]) {
  const send = async () => {
    throw Object.assign(new Error("Transaction cancelled"), {
      name: "TransactionCanceledException",
      CancellationReasons: codes.map((Code) => ({ Code })),
    });
  };
  return createDynamoDbStore({ client: { send } as unknown as DynamoDBDocumentClient, tableName });
}

test("TransactionConflict against shortage: a collision is neither a shortage nor a lost race", async () => {
  const reservation = reserve(anOrder(orderIdOf(0), { TEA: 1 }), testNow, 900);
  const movement = { from: "reserved", to: "sold", lines: [{ sku: "TEA", quantity: 1 }] } as const;
  const adjustment = { principal: "ada", key: "collision", sku: "TEA", delta: -1 };
  for (const codes of [
    ["None", "TransactionConflict"],
    ["TransactionConflict", "None"],
  ]) {
    const store = cancelledBy(...codes);
    expect(await store.reserve(reservation)).toBe("conflict");
    expect(await store.save(reservation, movement)).toBe("conflict");
    expect(await store.adjust(adjustment)).toBe("conflict");
  }
  expect(
    await cancelledBy("None", "TransactionConflict", "ConditionalCheckFailed").reserve(reservation),
  ).toBe("short");
});

test("the sum of all adjustments stands beside the counters, and no order changes it", async () => {
  const store = createDynamoDbStore({ client: testTable.client(), tableName });
  const sku = "RESTOCKED";
  for (const [n, delta] of [7, -3, 10].entries()) {
    await store.adjust({ principal: "ada", key: `restocked-${n}`, sku, delta });
  }
  await store.reserve(reserve(anOrder(orderIdOf(0xabc), { [sku]: 4 }), testNow, 900));
  const { Item } = await testTable
    .client()
    .send(new GetCommand({ TableName: tableName, Key: stockRecord.key(sku) }));
  expect(Item).toMatchObject({ sku, available: 10, reserved: 4, sold: 0, restocked: 14 });
});

test("no record has a time to live, and only what is reserved stands in the index of what is due", async () => {
  const { Items = [] } = await testTable.client().send(new ScanCommand({ TableName: tableName }));
  expect(Items.length).toBeGreaterThan(0);
  for (const item of Items) {
    expect(Object.keys(item)).not.toContain("ttl");
    if (item.state !== "RESERVED") expect(item).not.toHaveProperty("dueShard");
    expect("dueShard" in item).toBe("dueAt" in item);
  }
});
