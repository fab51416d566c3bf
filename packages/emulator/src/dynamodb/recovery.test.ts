// What a process leaves behind that is killed while it makes or deletes a table.
import { expect, test } from "vitest";
import { directoryForTest } from "../testing.ts";
import { openStore } from "./dynalite.ts";
import { createTables, type Tables } from "./tables.ts";

const options = (directory: string) => ({
  directory,
  region: "eu-west-1",
  accountId: "000000000000",
  now: () => 0,
});

const definition = {
  TableName: "stock",
  KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
  AttributeDefinitions: [
    { AttributeName: "id", AttributeType: "S" },
    { AttributeName: "state", AttributeType: "S" },
  ],
  GlobalSecondaryIndexes: [
    {
      IndexName: "byState",
      KeySchema: [{ AttributeName: "state", KeyType: "HASH" }],
      Projection: { ProjectionType: "ALL" },
    },
  ],
  BillingMode: "PAY_PER_REQUEST",
};

const describe = async (tables: Tables) => {
  const { status, body } = await tables.handle("DescribeTable", { TableName: "stock" });
  return { status, table: (body as { Table?: Record<string, unknown> }).Table };
};

/** A table with an item and an index entry, whose status is then set as a killed process would have left it. */
async function leaveBehind(directory: string, status: "CREATING" | "DELETING"): Promise<void> {
  const tables = await createTables(options(directory));
  await tables.handle("CreateTable", structuredClone(definition));
  await expect.poll(async () => (await describe(tables)).table?.TableStatus).toBe("ACTIVE");
  const Item = { id: { S: "tea" }, state: { S: "open" } };
  expect((await tables.handle("PutItem", { TableName: "stock", Item })).status).toBe(200);
  const { table } = await describe(tables);
  await tables.close();

  const { db } = openStore(directory);
  await db.open();
  const { GlobalSecondaryIndexes: indexes, ...rest } = table ?? {};
  const creating = (indexes as object[]).map((index) => ({ ...index, IndexStatus: "CREATING" }));
  // A table that is being deleted forgets its indexes first.
  const left = {
    ...rest,
    TableStatus: status,
    ...(status === "CREATING" && { GlobalSecondaryIndexes: creating }),
  };
  await db.batch([{ type: "put", key: "table~stock", value: left }]);
  await db.close();
}

test("a table that was being made is there, with its indexes", async () => {
  const directory = directoryForTest();
  await leaveBehind(directory, "CREATING");
  const tables = await createTables(options(directory));
  const { table } = await describe(tables);
  expect(table).toMatchObject({
    TableStatus: "ACTIVE",
    GlobalSecondaryIndexes: [{ IndexName: "byState", IndexStatus: "ACTIVE" }],
  });
  await tables.close();
});

test("a table that was being deleted is gone, and its successor finds none of its items or index entries", async () => {
  const directory = directoryForTest();
  await leaveBehind(directory, "DELETING");
  const tables = await createTables(options(directory));
  expect((await describe(tables)).status).toBe(400);
  await tables.handle("CreateTable", structuredClone(definition));
  await expect.poll(async () => (await describe(tables)).table?.TableStatus).toBe("ACTIVE");
  for (const IndexName of [undefined, "byState"]) {
    const { body } = await tables.handle("Scan", { TableName: "stock", ...(IndexName && { IndexName }) });
    expect(body).toMatchObject({ Items: [], Count: 0 });
  }
  await tables.close();
});
