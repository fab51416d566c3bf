// Measures what the services' DynamoDB operations cost, in memory and persisted; an argument sets the items.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createTables, type Tables } from "../src/dynamodb/tables.ts";

const ITEMS = Number(process.argv[2] ?? 5000);
const AT_ONCE = 8;
const TableName = "orders";

const text = (S: string) => ({ S });
const number = (value: number) => ({ N: String(value) });
const keyOf = (i: number) => ({ pk: text(`ORDER#ord_${hashed(i)}`), sk: text("ORDER") });
/** As scattered as an order's id is. */
const hashed = (i: number) =>
  Math.imul(i + 1, 0x9e3779b1)
    .toString(16)
    .padStart(9, "0")
    .repeat(3);
const stockOf = (i: number) => ({ pk: text(`SKU#${i % AT_ONCE}`), sk: text("STOCK") });

const attributes = ["pk", "sk", "listPk", "listSk", "dueShard", "dueAt"];
const schema = (HASH: string, RANGE: string) => [
  { AttributeName: HASH, KeyType: "HASH" },
  { AttributeName: RANGE, KeyType: "RANGE" },
];
const definition = {
  TableName,
  BillingMode: "PAY_PER_REQUEST",
  AttributeDefinitions: attributes.map((AttributeName) => ({ AttributeName, AttributeType: "S" })),
  KeySchema: schema("pk", "sk"),
  GlobalSecondaryIndexes: [
    { IndexName: "list", KeySchema: schema("listPk", "listSk"), Projection: { ProjectionType: "KEYS_ONLY" } },
    { IndexName: "due", KeySchema: schema("dueShard", "dueAt"), Projection: { ProjectionType: "ALL" } },
  ],
};

/** About a kilobyte, as an order's record is. */
const itemOf = (i: number, version: number) => ({
  ...keyOf(i),
  version: number(version),
  status: text("AUTHORIZED"),
  principal: text("customer-1"),
  listPk: text(`PRINCIPAL#${i % 100}`),
  listSk: text(`2026-11-27T08:00:00.000Z#${hashed(i)}`),
  ...(version === 1 && { dueShard: text(String(i % 4)), dueAt: text("2026-11-27T08:02:00.000Z") }),
  placed: {
    M: {
      id: text("0b0e1c0e-7a52-5a7e-9d5f-2f1c5f7f0a11"),
      type: text("OrderPlaced"),
      occurredAt: text("2026-11-27T08:00:00.000Z"),
      data: {
        M: {
          lines: {
            L: [1, 2].map((n) => ({
              M: { sku: text(`SKU-${n}`), quantity: number(n), price: number(1990) },
            })),
          },
          amount: number(5970),
          currency: text("EUR"),
          paymentMethod: text("pm_card_visa"),
          contact: { M: { name: text("Ada Lovelace"), email: text("ada@example.org") } },
        },
      },
    },
  },
  facts: {
    M: {
      payment: text("AUTHORIZED"),
      stock: text("RESERVED"),
      cancelled: { BOOL: false },
      note: { NULL: true },
    },
  },
});

type Request = [operation: string, input: Record<string, unknown>];
const operations: Record<string, (i: number) => Request> = {
  "PutItem of a new item": (i) => [
    "PutItem",
    { TableName, Item: itemOf(i, 1), ConditionExpression: "attribute_not_exists(pk)" },
  ],
  GetItem: (i) => ["GetItem", { TableName, Key: keyOf(i), ConsistentRead: true }],
  "PutItem of a version": (i) => [
    "PutItem",
    {
      TableName,
      Item: itemOf(i, 2),
      ConditionExpression: "version = :before",
      ExpressionAttributeValues: { ":before": number(1) },
    },
  ],
  UpdateItem: (i) => [
    "UpdateItem",
    {
      TableName,
      Key: keyOf(i),
      UpdateExpression: "SET answer = if_not_exists(answer, :answer)",
      ConditionExpression: "attribute_exists(pk)",
      ExpressionAttributeValues: { ":answer": { M: { state: text("RESERVED") } } },
      ReturnValues: "ALL_NEW",
    },
  ],
  "TransactWriteItems of two": (i) => [
    "TransactWriteItems",
    {
      ClientRequestToken: `token-${i}`,
      TransactItems: [
        {
          Put: {
            TableName,
            Item: itemOf(ITEMS + i, 1),
            ConditionExpression: "attribute_not_exists(pk)",
          },
        },
        {
          Update: {
            TableName,
            Key: stockOf(i),
            UpdateExpression: "SET available = available - :q, reserved = reserved + :q",
            ConditionExpression: "available >= :q",
            ExpressionAttributeValues: { ":q": number(1) },
          },
        },
      ],
    },
  ],
  "BatchGetItem of three": (i) => [
    "BatchGetItem",
    {
      RequestItems: {
        [TableName]: { Keys: [0, 1, 2].map((n) => keyOf((i + n * 7) % ITEMS)), ConsistentRead: true },
      },
    },
  ],
  "Query of keys, ten": (i) => [
    "Query",
    {
      TableName,
      IndexName: "list",
      KeyConditionExpression: "listPk = :list",
      ExpressionAttributeValues: { ":list": text(`PRINCIPAL#${i % 100}`) },
      ScanIndexForward: false,
      Limit: 10,
    },
  ],
  "Query of items, ten": (i) => [
    "Query",
    {
      TableName,
      IndexName: "due",
      KeyConditionExpression: "dueShard = :shard AND dueAt <= :now",
      ExpressionAttributeValues: { ":shard": text(String(i % 4)), ":now": text("2026-11-27T09:00:00.000Z") },
      Limit: 10,
    },
  ],
};

/** CPU microseconds of one operation, all threads counted, and operations a second. */
async function measure(
  tables: Tables,
  requestOf: (i: number) => Request,
  count: number,
): Promise<[cpu: number, rate: number]> {
  const cpu = process.cpuUsage();
  const begun = performance.now();
  for (let i = 0; i < count; i += AT_ONCE) {
    const asked = Array.from({ length: Math.min(AT_ONCE, count - i) }, async (_, n) => {
      const { status, body } = await tables.handle(...requestOf(i + n));
      if (status !== 200) throw new Error(JSON.stringify(body));
    });
    await Promise.all(asked);
  }
  const { user, system } = process.cpuUsage(cpu);
  return [(user + system) / count, (count / (performance.now() - begun)) * 1000];
}

const resident = (kind: string) =>
  Number(new RegExp(`${kind}:\\s+(\\d+)`).exec(readFileSync("/proc/self/status", "utf8"))?.[1] ?? 0) / 1024;

async function run(directory: string | undefined, count = ITEMS): Promise<Map<string, [number, number]>> {
  const options = { region: "eu-west-1", accountId: "000000000000", now: () => Date.now() };
  const tables = await createTables({ directory, ...options });
  await tables.handle("CreateTable", structuredClone(definition));
  await tables.handle("DescribeTable", { TableName });
  for (let i = 0; i < AT_ONCE; i++)
    await tables.handle("PutItem", {
      TableName,
      Item: { ...stockOf(i), available: number(1_000_000), reserved: number(0) },
    });
  const found = new Map<string, [number, number]>();
  for (const [name, requestOf] of Object.entries(operations))
    found.set(name, await measure(tables, requestOf, count));
  await tables.close();
  return found;
}

const directory = mkdtempSync(join(tmpdir(), "tables-"));
try {
  // A warm-up, so that the first measurement does not include compilation.
  await run(undefined, ITEMS / 10);
  await run(join(directory, "first"), ITEMS / 10);
  const inMemory = await run(undefined);
  const persisted = await run(join(directory, "dynamodb"));
  const cells = ([cpu, rate]: [number, number] = [0, 0]) =>
    `${cpu.toFixed(1).padStart(9)} | ${rate.toFixed(0).padStart(9)}`;
  console.log(
    `CPU microseconds an operation, and operations a second; ${ITEMS} of each, ${AT_ONCE} at once\n`,
  );
  console.log("| operation                 | in memory |  a second | persisted |  a second |");
  console.log("| ------------------------- | --------: | --------: | --------: | --------: |");
  for (const name of inMemory.keys())
    console.log(`| ${name.padEnd(25)} | ${cells(inMemory.get(name))} | ${cells(persisted.get(name))} |`);
  console.log(
    `\nMemory at the end: ${resident("RssAnon").toFixed(0)} MB, and ${resident("RssFile").toFixed(0)} MB of files`,
  );
} finally {
  rmSync(directory, { recursive: true, force: true });
}
