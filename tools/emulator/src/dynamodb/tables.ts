// The embedded DynamoDB: its operations by name, each on disk before it is answered.
import { join } from "node:path";
import type { PartitionKeyOf } from "@order-saga/iam/requests";
import type { OpenStore } from "../sqlite-settings.ts";
import type { Starts } from "../state-directory.ts";
import { type ContendedTables, type ContentionOf, contendTables } from "./contention/contended-tables.ts";
import { failure, invalid, isFailure } from "./errors.ts";
import { type Input, isMap, mapsIn, requiredMap, unfulfilled } from "./input.ts";
import { openTablesFile } from "./open-file.ts";
import { query, scan } from "./query.ts";
import { batchGet, demandOf, getAnywhere, prepareGet } from "./reads.ts";
import { createReplicas, type Replicas } from "./replicas.ts";
import { createMemoryRows, type Rows } from "./rows.ts";
import { createSqliteRows } from "./sqlite-rows.ts";
import type { StaleReadsOf } from "./stale-reads.ts";
import { tableOperations } from "./table-operations.ts";
import { openTableRegistry, type TableRegistry } from "./table-registry.ts";
import { createTransactions, type Transactions } from "./transactions.ts";
import { refuseUnserved } from "./unserved.ts";
import { set } from "./values.ts";
import { idOf, plan, prepareWrite, type Write, type WriteKind } from "./write.ts";

export type DynamoAnswer = { status: number; body: unknown };

export type Tables = {
  /** Does not change the request; the caller may change the answer. */
  handle(operation: string, input: Input): Promise<DynamoAnswer>;
  /** Of the table, or of its index; undefined if it is not there. */
  partitionKeyOf: PartitionKeyOf;
  /** Leaves nothing in the file of what was deleted or overwritten. */
  leaveNoRemains(): void;
  close(): Promise<void>;
};

type Handler = (input: Input) => object | Promise<object>;

/** Without a directory the tables are in memory. Rejects with a StateError if they cannot be opened. */
export async function createTables(options: {
  directory: string | undefined;
  region: string;
  accountId: string;
  now: () => number;
  /** How often the state these tables belong to was opened before. */
  starts?: Starts;
  /** Instead of `starts`, for a file that was checked already. */
  open?: OpenStore | undefined;
  contention?: ContentionOf | undefined;
  staleReads?: StaleReadsOf | undefined;
}): Promise<Tables> {
  const { contention = () => undefined, directory, now, starts = { starts: 0 } } = options;
  const rows = directory === undefined ? createMemoryRows() : openRows(directory, starts, options.open);
  const replicas = createReplicas(rows, options.staleReads ?? (() => undefined), now);
  const commit: Rows["commit"] = (changes) => {
    replicas.forget();
    rows.commit(changes);
  };
  const registry = openTableRegistry({ ...rows, commit }, now, options);
  const contended = contendTables(contention, now);
  const transactions = createTransactions(registry, replicas.rows, now, contended);
  const handlers = new Map<string, Handler>([
    ...Object.entries(itemOperations(registry, replicas, transactions, contended)),
    ...Object.entries(tableOperations(registry, rows, options, now)),
  ]);
  return {
    async handle(operation, input) {
      try {
        const handler = handlers.get(operation);
        if (!handler) throw failure("UnknownOperationException", `${operation} is not served here`);
        refuseUnserved(operation, input);
        return { status: 200, body: copied(await handler(input)) };
      } catch (error) {
        if (!isFailure(error)) throw error;
        return { status: error.statusCode, body: copied(error.body) };
      }
    },
    partitionKeyOf(name, indexName) {
      if (!registry.has(name)) return undefined;
      const { indexes, key } = registry.table(name);
      const index = indexes.find((each) => each.name === indexName);
      return (indexName === undefined ? key : index?.key)?.hash.name;
    },
    leaveNoRemains() {
      replicas.forget();
      rows.leaveNoRemains();
    },
    async close() {
      rows.close();
    },
  };
}

/** Items in an answer are shared with the tables, so they must not be changed. */
function copied<T>(value: T): T;
function copied(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(copied);
  const copy: Record<string, unknown> = {};
  for (const name of Object.keys(value)) set(copy, name, copied((value as Record<string, unknown>)[name]));
  return copy;
}

export const tablesFile = (directory: string): string => join(directory, "tables.sqlite");

function openRows(directory: string, starts: Starts, open?: OpenStore): Rows {
  const file = tablesFile(directory);
  return createSqliteRows(open ? open(file) : openTablesFile(file, starts));
}

function itemOperations(
  registry: TableRegistry,
  replicas: Replicas,
  transactions: Transactions,
  contended: ContendedTables,
): Record<string, Handler> {
  const { rows } = replicas;
  const write = (kind: WriteKind) => (input: Input) => {
    const prepared = prepareWrite(kind, input, registry);
    refuseIfHeld(prepared, transactions);
    const { answer, changes, demand, indexDemands } = plan(prepared, rows);
    contended.takeOrThrow(prepared.table.name, () => [demand(), ...indexDemands()]);
    if (changes.length > 0) rows.commit(changes);
    return answer;
  };
  return {
    GetItem(input) {
      const prepared = prepareGet(input, registry);
      contended.takeOrThrow(prepared.table.name, () => [demandOf(prepared, rows)]);
      const Item = getAnywhere(prepared, replicas);
      return Item ? { Item } : {};
    },
    BatchGetItem: (input) => batchGet(input, registry, replicas, contended),
    Query: (input) => query(input, registry, replicas, contended),
    Scan: (input) => scan(input, registry, replicas),
    PutItem: write("Put"),
    UpdateItem: write("Update"),
    DeleteItem: write("Delete"),
    BatchWriteItem: (input) => batchWrite(input, registry, rows, transactions),
    TransactWriteItems: transactions.write,
    TransactGetItems: transactions.get,
  };
}

function refuseIfHeld(write: Write, transactions: Transactions): void {
  if (transactions.holds(write))
    throw failure("TransactionConflictException", "Transaction is ongoing for the item");
}

const MAXIMUM_WRITES = 25;

/** Puts and deletes, once the whole request is known to be valid. */
function batchWrite(input: Input, registry: TableRegistry, rows: Rows, transactions: Transactions): object {
  const entries = Object.entries(requiredMap(input, "RequestItems")).flatMap(([TableName, requests]) => {
    if (!Array.isArray(requests)) throw unfulfilled(null, "requestItems", "Member must not be null");
    return mapsIn(requests, "RequestItems").map((request) => ({ TableName, request }));
  });
  if (entries.length === 0 || entries.length > MAXIMUM_WRITES)
    unfulfilled(
      entries.length,
      "requestItems",
      `Map value must satisfy constraint: [Member must have length less than or equal to ${MAXIMUM_WRITES}, Member must have length greater than or equal to 1]`,
    );
  const writes = entries.map(({ TableName, request: { DeleteRequest, PutRequest } }) => {
    const request = PutRequest ?? DeleteRequest;
    if (!isMap(request) || (PutRequest != null && DeleteRequest != null))
      throw invalid("Supplied request must contain exactly one of PutRequest and DeleteRequest");
    return prepareWrite(PutRequest ? "Put" : "Delete", { ...request, TableName }, registry);
  });
  if (new Set(writes.map(idOf)).size < writes.length)
    throw invalid("Provided list of item keys contains duplicates");
  for (const each of writes) refuseIfHeld(each, transactions);
  rows.commit(writes.flatMap((each) => plan(each, rows).changes));
  return { UnprocessedItems: {} };
}
