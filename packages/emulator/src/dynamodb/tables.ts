// The embedded DynamoDB: dynalite's engine behind the AWS JSON protocol, with every write atomic over item and indexes.

import type { Starts } from "../stores.ts";
import {
  failure,
  getTable,
  type Item,
  isFailure,
  isOperation,
  openStore,
  perform,
  type Store,
  validate,
} from "./dynalite.ts";
import { createLocks, type Locks } from "./locks.ts";
import { closeLevel, openLevel } from "./open-level.ts";
import { settleTables } from "./recovery.ts";
import { createTransactions, type Transactions } from "./transactions.ts";
import { planWrite, prepareWrite, type Write, type WriteOperation } from "./writes.ts";

export type DynamoAnswer = { status: number; body: unknown };

export type Tables = {
  handle(operation: string, input: Item): Promise<DynamoAnswer>;
  close(): Promise<void>;
};

type Handler = (input: Item) => Promise<Item>;

/** Without a directory the tables are in memory. Rejects with a StateError if they cannot be opened. */
export async function createTables(options: {
  directory: string | undefined;
  region: string;
  accountId: string;
  now: () => number;
  /** How often the state these tables belong to was opened before. */
  starts?: Starts;
}): Promise<Tables> {
  const { directory, starts = { starts: 0, wasClosed: false } } = options;
  const store = openStore(directory);
  Object.assign(store.tableDb, { awsRegion: options.region, awsAccountId: options.accountId });
  if (directory === undefined) await store.db.open();
  else await openLevel(store.db, directory, starts);
  await settleTables(store);
  const locks = createLocks();
  const transactions = await createTransactions(store, locks, options.now);
  const handlers = ownHandlers(store, locks, transactions);

  async function run(operation: string, input: Item): Promise<Item> {
    const own = handlers.get(operation);
    if (own) return own(input);
    if (!isOperation(operation)) {
      const body = { __type: "com.amazon.coral.service#UnknownOperationException" };
      throw Object.assign(new Error("UnknownOperationException"), { statusCode: 400, body });
    }
    return perform(operation, store, validate(operation, input, store));
  }

  return {
    async handle(operation, input) {
      try {
        return { status: 200, body: await run(operation, input) };
      } catch (error) {
        if (!isFailure(error)) throw error;
        return { status: error.statusCode, body: error.body };
      }
    },
    close: () => (directory === undefined ? store.db.close() : closeLevel(store.db, starts)),
  };
}

function ownHandlers(store: Store, locks: Locks, transactions: Transactions): Map<string, Handler> {
  const write = (operation: WriteOperation) => async (input: Item) =>
    commit(await prepareWrite(operation, input, store), store, locks);
  return new Map<string, Handler>([
    ["PutItem", write("PutItem")],
    ["UpdateItem", write("UpdateItem")],
    ["DeleteItem", write("DeleteItem")],
    ["BatchWriteItem", (input) => batchWrite(input, store, locks)],
    ["TransactWriteItems", transactions.write],
    ["TransactGetItems", transactions.get],
    // Items never expire here, which DynamoDB allows too: it deletes them some time after their moment.
    [
      "UpdateTimeToLive",
      async ({ TableName, TimeToLiveSpecification }) => {
        await assertTable(store, TableName);
        return { TimeToLiveSpecification };
      },
    ],
    [
      "DescribeContinuousBackups",
      async ({ TableName }) => {
        await assertTable(store, TableName);
        return { ContinuousBackupsDescription: { ContinuousBackupsStatus: "DISABLED" } };
      },
    ],
  ]);
}

/** Throws the DynamoFailure for a table that is not named, or not there. */
async function assertTable(store: Store, name: unknown): Promise<void> {
  if (typeof name === "string") return void (await getTable(store, name));
  throw failure(
    "ValidationException",
    "1 validation error detected: Value null at 'tableName' failed to satisfy constraint: Member must not be null",
  );
}

async function commit(write: Write, store: Store, locks: Locks): Promise<Item> {
  const release = await locks.forWrite(write.key);
  if (!release) throw failure("TransactionConflictException", "Transaction is ongoing for the item");
  try {
    const { changes, answer } = await planWrite(write, store);
    await store.db.batch(changes);
    return answer;
  } finally {
    release();
  }
}

/** Up to 25 puts and deletes, each by itself, after the whole request was found valid. */
async function batchWrite(input: Item, store: Store, locks: Locks): Promise<Item> {
  const { RequestItems } = validate("BatchWriteItem", structuredClone(input), store) as {
    RequestItems: Record<string, { PutRequest?: Item; DeleteRequest?: Item }[]>;
  };
  const writes = await Promise.all(
    Object.entries(RequestItems).flatMap(([TableName, entries]) =>
      entries.map(({ PutRequest, DeleteRequest }) =>
        prepareWrite(
          PutRequest ? "PutItem" : "DeleteItem",
          { ...(PutRequest ?? DeleteRequest), TableName },
          store,
        ),
      ),
    ),
  );
  if (new Set(writes.map((each) => each.key)).size < writes.length) {
    throw failure("ValidationException", "Provided list of item keys contains duplicates");
  }
  const outcomes = await Promise.allSettled(writes.map((each) => commit(each, store, locks)));
  const failed = outcomes.find((outcome) => outcome.status === "rejected");
  if (failed) throw failed.reason;
  return { UnprocessedItems: {} };
}
