// The simulated and the embedded table answer any sequence of the adapters' commands alike, and end the same.
import {
  BatchGetCommand,
  type DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  ScanCommand,
  TransactWriteCommand,
  UpdateCommand,
} from "@aws-sdk/lib-dynamodb";
import { aTestTable } from "@order-saga/emulator/test-table";
import { dueIndex, type TableManifest } from "@order-saga/messaging";
import { createTableInput } from "@order-saga/messaging/table";
import fc from "fast-check";
import { expect, test } from "vitest";
import { batchGet, beginTransaction, get, put, query, update } from "./operations.ts";
import { createTable } from "./table.ts";
import { keep } from "./values.ts";

const TableName = "compared";
const manifest: TableManifest = {
  record: "ORDER#*",
  indexes: { due: dueIndex, list: { partitionKey: "listPk", sortKey: "listSk", projection: "keys" } },
};
const { client } = aTestTable(createTableInput(TableName, manifest));

type Command =
  | { kind: "put"; input: Record<string, unknown> }
  | { kind: "update"; input: Record<string, unknown> }
  | { kind: "get"; input: Record<string, unknown> }
  | { kind: "batch"; input: Record<string, unknown> }
  | { kind: "query"; input: Record<string, unknown> }
  | { kind: "transact"; input: Record<string, unknown> };

const quantity = fc.integer({ min: 0, max: 5 });
const keyOf = (run: string) =>
  fc.constantFrom("a", "b", "c").map((name) => ({ pk: `${run}${name}`, sk: "ITEM" }));
const value = fc.oneof(
  fc.string({ maxLength: 6 }),
  fc.integer(),
  fc.boolean(),
  fc.constant(null),
  fc.array(fc.integer(), { maxLength: 3 }),
  fc.dictionary(fc.constantFrom("x", "y", "z"), fc.oneof(fc.integer(), fc.constant(undefined))),
);

const bodyOf = (run: string) =>
  fc.record(
    {
      available: quantity,
      reserved: quantity,
      version: quantity,
      note: value,
      dueShard: fc.constantFrom(`${run}0`, `${run}1`),
      dueAt: fc.constantFrom("2026-01-01", "2026-01-02", "2026-01-03"),
      listPk: fc.constant(`${run}list`),
      listSk: fc.constantFrom("k1", "k2", "k3"),
    },
    { requiredKeys: [] },
  );

const conditions = fc.oneof(
  fc.constant({}),
  fc.constant({ ConditionExpression: "attribute_not_exists(pk)" }),
  fc.constant({ ConditionExpression: "attribute_exists(pk)" }),
  quantity.map((before) => ({
    ConditionExpression: "version = :before",
    ExpressionAttributeValues: { ":before": before },
  })),
  quantity.map((before) => ({
    ConditionExpression: "#version = :before AND (NOT available < :before OR attribute_not_exists(reserved))",
    ExpressionAttributeNames: { "#version": "version" },
    ExpressionAttributeValues: { ":before": before },
  })),
);

const updates = fc.oneof(
  quantity.map((q) => ({
    UpdateExpression: "SET available = available - :q, reserved = reserved + :q",
    ConditionExpression: "available >= :q",
    ExpressionAttributeValues: { ":q": q },
  })),
  quantity.map((q) => ({
    UpdateExpression: "SET #from = #from - :q, #to = #to + :q",
    ConditionExpression: "#from >= :q",
    ExpressionAttributeNames: { "#from": "reserved", "#to": "sold" },
    ExpressionAttributeValues: { ":q": q },
  })),
  fc.integer({ min: -3, max: 3 }).map((delta) => ({
    UpdateExpression:
      "ADD available :delta, restocked :delta SET sku = :sku, sold = if_not_exists(sold, :zero)",
    ExpressionAttributeValues: { ":delta": delta, ":sku": "TEA", ":zero": 0 },
  })),
  fc.constant({
    UpdateExpression: "SET answer = if_not_exists(answer, :answer) REMOVE note",
    ConditionExpression: "attribute_exists(pk)",
    ExpressionAttributeValues: { ":answer": { available: 1 } },
  }),
);

/** Commands on the keys of one run only, so that runs do not see each other in one table. */
function commandsOf(run: string): fc.Arbitrary<Command[]> {
  const key = keyOf(run);
  const putInput = fc
    .tuple(key, bodyOf(run), conditions)
    .map(([where, body, condition]) => ({ TableName, Item: { ...body, ...where }, ...condition }));
  const updateInput = fc
    .tuple(key, updates)
    .map(([Key, how]) => ({ TableName, Key, ...how, ReturnValues: "ALL_NEW" as const }));
  const forTransaction = fc.uniqueArray(
    fc.oneof(
      putInput.map((Put) => ({ Put })),
      updateInput.map(({ ReturnValues: _, ...Update }) => ({ Update })),
    ),
    { minLength: 1, maxLength: 3, selector: (each) => keyIn(each) },
  );
  const command = fc.oneof(
    putInput.map((input): Command => ({ kind: "put", input })),
    updateInput.map((input): Command => ({ kind: "update", input })),
    key.map((Key): Command => ({ kind: "get", input: { TableName, Key, ConsistentRead: true } })),
    fc.uniqueArray(key, { minLength: 1, maxLength: 3, selector: ({ pk }) => pk }).map(
      (Keys): Command => ({
        kind: "batch",
        input: { RequestItems: { [TableName]: { Keys, ConsistentRead: true } } },
      }),
    ),
    forTransaction.map((TransactItems): Command => ({ kind: "transact", input: { TransactItems } })),
    fc.tuple(fc.constantFrom("0", "1"), fc.constantFrom(1, 2, 10)).map(
      ([shard, Limit]): Command => ({
        kind: "query",
        input: {
          TableName,
          IndexName: "due",
          KeyConditionExpression: "dueShard = :shard AND dueAt <= :now",
          ExpressionAttributeValues: { ":shard": `${run}${shard}`, ":now": "2026-01-02" },
          Limit,
        },
      }),
    ),
    fc.tuple(fc.boolean(), fc.constantFrom(1, 2, 10)).map(
      ([ScanIndexForward, Limit]): Command => ({
        kind: "query",
        input: {
          TableName,
          IndexName: "list",
          KeyConditionExpression: "listPk = :list",
          ExpressionAttributeValues: { ":list": `${run}list` },
          ScanIndexForward,
          Limit,
        },
      }),
    ),
  );
  return fc.array(command, { minLength: 5, maxLength: 25 });
}

const keyIn = ({ Put, Update }: { Put?: { Item: { pk: string } }; Update?: { Key: { pk: string } } }) =>
  Put?.Item.pk ?? Update?.Key.pk;

const embeddedCommands = {
  put: PutCommand,
  update: UpdateCommand,
  get: GetCommand,
  batch: BatchGetCommand,
  query: QueryCommand,
  transact: TransactWriteCommand,
} as const;

async function embedded(given: DynamoDBDocumentClient, { input, kind }: Command): Promise<unknown> {
  const Command = embeddedCommands[kind] as unknown as new (input: never) => never;
  return answerOf(() => given.send(new Command(structuredClone(input) as never)));
}

function simulated() {
  const table = createTable(manifest, { now: () => 0 });
  const tableOf = () => table;
  const lag = { index: 0, read: 0 };
  const effects: Record<Command["kind"], (input: never) => unknown> = {
    put: (input) => put(tableOf, input, lag),
    update: (input) => update(tableOf, input, lag),
    get: (input) => get(tableOf, input, lag),
    batch: (input) => batchGet(tableOf, input, lag),
    query: (input) => query(tableOf, input),
    transact: (input) => beginTransaction(tableOf, input).commit(lag),
  };
  return {
    items: () => [...table.items()],
    ask: ({ input, kind }: Command) => answerOf(async () => effects[kind](input as never)),
  };
}

/** The part of an answer that an adapter reads; of a failure its name and its reasons. */
async function answerOf(ask: () => Promise<unknown>): Promise<unknown> {
  try {
    const answer = (await ask()) as Record<string, unknown>;
    const { Attributes, Item, Items, LastEvaluatedKey, Responses } = answer as Record<string, never>;
    return keep({
      Item,
      Attributes,
      Items: Items && sorted(Items),
      page: LastEvaluatedKey && "there may be more",
      Responses: Responses && sorted(Responses[TableName]),
    });
  } catch (error) {
    const { CancellationReasons, name } = error as Error & { CancellationReasons?: { Code: string }[] };
    return { name, reasons: CancellationReasons?.map(({ Code }) => Code) };
  }
}

/** A batch has no order, and entries of an index that are equal have none. */
function sorted(items: Record<string, unknown>[]): unknown[] {
  const nameOf = (item: Record<string, unknown>) => `${item.dueAt ?? ""}${item.listSk ?? ""}${item.pk}`;
  return items.toSorted((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));
}

/** A full page may end among equal sort keys in any order, so only whole partitions are compared. */
const isComparable = ({ input, kind }: Command) => kind !== "query" || input.Limit === 10;

let runs = 0;

test("a transaction with arithmetic on what is not there is cancelled, and writes nothing", async () => {
  const [there, missing] = ["there", "missing"].map((name) => ({ pk: `arithmetic/${name}`, sk: "-" }));
  const command: Command = {
    kind: "transact",
    input: {
      TransactItems: [
        { Put: { TableName, Item: { ...there, version: 1 } } },
        {
          Update: {
            TableName,
            Key: missing,
            UpdateExpression: "SET available = available - :q",
            ExpressionAttributeValues: { ":q": 1 },
          },
        },
      ],
    },
  };
  const world = simulated();
  const answer = await world.ask(command);
  expect(answer).toEqual({ name: "TransactionCanceledException", reasons: ["None", "ValidationError"] });
  expect(await embedded(client(), command)).toEqual(answer);
  expect(world.items()).toEqual([]);
});

test("random commands are answered alike, and leave the same items", { timeout: 120_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer().chain(() => {
        const run = `run${++runs}/`;
        return commandsOf(run).map((commands) => ({ run, commands }));
      }),
      async ({ commands, run }) => {
        // The same run is tried again while it is made smaller, so that it gets keys of its own each time.
        const fresh = `${run}${++runs}/`;
        const renamed = JSON.parse(JSON.stringify(commands).replaceAll(run, fresh)) as Command[];
        const world = simulated();
        for (const command of renamed) {
          const answers = [await world.ask(command), await embedded(client(), command)];
          if (isComparable(command)) expect(answers[0], JSON.stringify(command)).toEqual(answers[1]);
        }
        const { Items = [] } = await client().send(new ScanCommand({ TableName, ConsistentRead: true }));
        const there = Items.filter((item) => String(item.pk).startsWith(fresh));
        expect(keep(sorted([...world.items()]))).toEqual(keep(sorted(there)));
      },
    ),
    { numRuns: 60 },
  );
});
