// What a table does with each command our adapters send, at one moment.
import type {
  BatchGetCommandInput,
  GetCommandInput,
  PutCommandInput,
  QueryCommandInput,
  TransactGetCommandInput,
  TransactWriteCommandInput,
  UpdateCommandInput,
} from "@aws-sdk/lib-dynamodb";
import type { Demand } from "@order-saga/emulator/dynamodb/contention/throughput";
import {
  cancelled,
  conditionFailed,
  conflicted,
  exceeded,
  inProgress,
  invalid,
  type ReasonCode,
} from "./errors.ts";
import { type Bindings, conditionIn, holds, UnknownOperand, updated, updateIn } from "./expressions.ts";
import { idOf, type Table, type TableKey } from "./table.ts";
import { indexWriteUnits, queryUnits, readUnits, writeUnits } from "./units.ts";
import { type Attributes, keepItem, type Value } from "./values.ts";

export type TableOf = (tableName: string | undefined) => Table;

/** How long changes take to reach an index, and reads that are not consistent lag, in milliseconds. */
export type Lag = { index: number; read: number };

export type Write = NonNullable<TransactWriteCommandInput["TransactItems"]>[number];

export function get(tableOf: TableOf, input: GetCommandInput, lag: Lag): { Item?: Attributes } {
  const item = read(tableOf(input.TableName), asKey(input.Key), input.ConsistentRead === true, lag);
  return item ? { Item: item } : {};
}

/** Throws DynamoDB's exception if the table has no room for the read. */
function read(table: Table, key: TableKey, isConsistent: boolean, lag: Lag): Attributes | undefined {
  const item = isConsistent ? table.get(key) : table.getStale(key, lag.read);
  const units = () => readUnits(item) / (isConsistent ? 1 : 2);
  takeOrThrow(table, () => [{ kind: "read", key: key.pk, units: units() }]);
  return item;
}

function takeOrThrow({ throughput }: Table, demands: () => Demand[]): void {
  const throttle = throughput?.take(demands());
  if (throttle) throw exceeded(throttle);
}

export function batchGet(tableOf: TableOf, input: BatchGetCommandInput, lag: Lag) {
  const Responses: Record<string, Attributes[]> = {};
  const UnprocessedKeys: NonNullable<BatchGetCommandInput["RequestItems"]> = {};
  for (const [name, { Keys = [], ConsistentRead }] of Object.entries(input.RequestItems ?? {})) {
    assertBatch(Keys);
    const left: typeof Keys = [];
    Responses[name] = Keys.map((key) => {
      try {
        return read(tableOf(name), asKey(key), ConsistentRead === true, lag);
      } catch (error) {
        // With not one key read, the whole request is refused.
        if (left.push(key) === Keys.length) throw error;
        return undefined;
      }
    }).filter((item) => item !== undefined);
    if (left.length > 0) UnprocessedKeys[name] = { Keys: left, ConsistentRead };
  }
  return { Responses, UnprocessedKeys };
}

/** A reading transaction, from its arrival to its end; any write to its items meanwhile cancels it. */
export function beginReading(tableOf: TableOf, { TransactItems = [] }: TransactGetCommandInput) {
  const wanted = TransactItems.map(({ Get }) => {
    const table = tableOf(Get?.TableName);
    const key = asKey(Get?.Key);
    return { table, key, isHeld: table.isHeld(idOf(key)), before: table.get(key) };
  });
  return {
    end() {
      const codes = wanted.map(({ before, isHeld, key, table }) =>
        isHeld || table.isHeld(idOf(key)) || table.get(key) !== before ? "TransactionConflict" : "None",
      );
      if (codes.includes("TransactionConflict")) throw cancelled(codes);
      for (const { before, key, table } of wanted) {
        const units = 2 * readUnits(before);
        if (table.throughput?.take([{ kind: "read", key: key.pk, units }]))
          throw cancelled(wanted.map((each) => (each.key === key ? "ThrottlingError" : "None")));
      }
      return { Responses: wanted.map(({ before }) => (before ? { Item: before } : {})) };
    },
  };
}

/** Refuses what DynamoDB refuses as a whole. */
export function assertBatch(keys: readonly Readonly<Record<string, unknown>>[]): void {
  if (keys.length > 100) throw invalid("Too many items requested for the BatchGetItem call");
  if (new Set(keys.map((key) => idOf(asKey(key)))).size < keys.length)
    throw invalid("Provided list of item keys contains duplicates");
}

export function query(tableOf: TableOf, input: QueryCommandInput) {
  const table = tableOf(input.TableName);
  const index = input.IndexName === undefined ? undefined : table.indexes[input.IndexName];
  if (!index || input.IndexName === undefined) throw invalid("The simulated table is queried by index only");
  const bindings = bindingsOf(input);
  const condition = conditionIn(input.KeyConditionExpression ?? "", bindings);
  const partition = partitionOf(input, index.partitionKey);
  const found = table.indexed(input.IndexName, partition).filter((item) => holds(condition, item, bindings));
  if (input.ScanIndexForward === false) found.reverse();
  const start = input.ExclusiveStartKey;
  const from = start ? found.findIndex((item) => idOf(asKey(item)) === idOf(asKey(start))) + 1 : 0;
  const page = found.slice(from, from + (input.Limit ?? found.length));
  const units = () => queryUnits(page);
  takeOrThrow(table, () => [
    { index: input.IndexName as string, kind: "read", key: partition, units: units() },
  ]);
  const last = page.at(-1);
  const keys = ["pk", "sk", index.partitionKey, ...(index.sortKey ? [index.sortKey] : [])];
  const project = (item: Attributes, names: string[]) =>
    Object.fromEntries(names.map((name) => [name, item[name]]));
  // A page that is full names its last key, also if nothing follows.
  const isFull = input.Limit !== undefined && page.length === input.Limit;
  return {
    Items: index.projection === "all" ? page : page.map((item) => project(item, keys)),
    Count: page.length,
    ...(isFull && last && { LastEvaluatedKey: project(last, keys) }),
  };
}

/** The value that the key condition asks of the partition key, which comes first in it. */
function partitionOf(input: QueryCommandInput, partitionKey: string): string {
  const [, name = "", token = ""] =
    /^\s*([#\w]+)\s*=\s*(:\w+)/.exec(input.KeyConditionExpression ?? "") ?? [];
  const isPartition = (input.ExpressionAttributeNames?.[name] ?? name) === partitionKey;
  const value = input.ExpressionAttributeValues?.[token];
  if (!isPartition || typeof value !== "string") throw invalid("Query condition missed key schema element");
  return value;
}

export function put(tableOf: TableOf, input: PutCommandInput, lag: Lag): object {
  carryOut(planPut(tableOf, input), lag);
  return {};
}

export function update(tableOf: TableOf, input: UpdateCommandInput, lag: Lag): { Attributes?: Attributes } {
  const after = carryOut(planUpdate(tableOf, input), lag);
  return input.ReturnValues === "ALL_NEW" && after ? { Attributes: after } : {};
}

/** A single write that meets a transaction on its item is refused. */
function refuseIfHeld({ id, table }: Planned): void {
  if (!table.isHeld(id)) return;
  table.saw("write in conflict with a transaction");
  throw conflicted();
}

/** A transaction from its arrival, when it takes hold of its items, to its end. */
export type Transaction = {
  /** It was cancelled when it arrived. */
  readonly isRefused: boolean;
  commit(lag: Lag): object;
  withdraw(): void;
};

/** A client's request under one token, as often as it is sent. */
export type Request = { state: "new" | "under way" | "done" };

export function beginTransaction(
  tableOf: TableOf,
  input: TransactWriteCommandInput,
  request: Request = { state: "new" },
): Transaction {
  if (request.state === "done") return { isRefused: false, commit: () => ({}), withdraw() {} };
  const planned = (input.TransactItems ?? []).map((write) => planWrite(tableOf, write));
  const [first] = planned;
  if (!first || planned.length > 100) throw invalid("A transaction has 1 to 100 items");
  if (new Set(planned.map(({ id }) => id)).size < planned.length)
    throw invalid("Transaction request cannot include multiple operations on one item");
  const { saw, throughput } = first.table;
  if (request.state === "under way") {
    saw("repeated while its transaction goes on");
    return refused(inProgress);
  }
  const prepared = throughput?.take(planned.map((each) => each.demand()));
  if (prepared) return refused(() => throttledAt(planned, prepared.demand));
  const release = first.table.hold(planned.map(({ id }) => id));
  if (!release) {
    const codes = planned.map(({ id, table }) => (table.isHeld(id) ? "TransactionConflict" : "None"));
    saw("transaction in conflict");
    return refused(() => cancelled(codes));
  }
  request.state = "under way";
  const end = (state: Request["state"]) => {
    request.state = state;
    release();
  };
  return {
    isRefused: false,
    withdraw: () => end("new"),
    commit(lag) {
      end("new");
      const outcomes = planned.map(outcomeOf);
      const codes = outcomes.map(({ code }) => code);
      if (codes.includes("ConditionalCheckFailed")) saw("condition lost to another writer");
      throughput?.charge(planned.map((each, at) => each.demand(outcomes[at]?.after)));
      if (codes.some((code) => code !== "None")) throw cancelled(codes);
      const unindexed = throughput?.take(
        planned.flatMap((each, at) => each.indexDemands(outcomes[at]?.after)),
      );
      if (unindexed) throw throttledAt(planned, unindexed.demand);
      end("done");
      for (const [index, { keep }] of planned.entries()) keep(outcomes[index]?.after, lag);
      return {};
    },
  };
}

function refused(why: () => Error): Transaction {
  return {
    isRefused: true,
    commit() {
      throw why();
    },
    withdraw() {},
  };
}

function throttledAt(planned: readonly Planned[], { of }: Demand): Error {
  return cancelled(planned.map(({ id }) => (id === of ? "ThrottlingError" : "None")));
}

/** The item after a write, or why it cancels its transaction: its condition, or arithmetic on no number. */
function outcomeOf({ after, holds }: Planned): { code: ReasonCode; after?: Attributes | undefined } {
  if (!holds()) return { code: "ConditionalCheckFailed" };
  try {
    return { code: "None", after: after() };
  } catch (error) {
    if (error instanceof UnknownOperand) return { code: "ValidationError" };
    throw error;
  }
}

/** Carries out a write that is no part of a transaction. Returns the item as it is now. */
function carryOut(write: Planned, lag: Lag): Attributes | undefined {
  refuseIfHeld(write);
  const { after, code } = outcomeOf(write);
  takeOrThrow(write.table, () => [write.demand(after), ...write.indexDemands(after)]);
  if (code === "ConditionalCheckFailed") throw conditionFailed();
  if (code === "ValidationError")
    throw invalid("An operand in the update expression has an incorrect data type");
  write.keep(after, lag);
  return after;
}

/** A write that looks at its item when it is carried out. */
type Planned = {
  id: string;
  table: Table;
  holds(): boolean;
  /** The item as it would be written; undefined if nothing is. Throws UnknownOperand. */
  after(): Attributes | undefined;
  /** What it takes of the table, and of the indexes that show what it changes. */
  demand(after?: Attributes): Demand;
  indexDemands(after: Attributes | undefined): Demand[];
  keep(after: Attributes | undefined, lag: Lag): void;
};

function planWrite(tableOf: TableOf, write: Write): Planned {
  if (write.Put) return planPut(tableOf, write.Put as PutCommandInput);
  if (write.Update) return planUpdate(tableOf, write.Update as UpdateCommandInput);
  if (write.ConditionCheck) {
    const { ConditionExpression, Key, TableName } = write.ConditionCheck;
    return planned(tableOf(TableName), asKey(Key), ConditionExpression, bindingsOf(write.ConditionCheck));
  }
  throw invalid("The simulated table knows Put, Update and ConditionCheck in a transaction");
}

function planPut(tableOf: TableOf, input: PutCommandInput): Planned {
  const item = keepItem(input.Item ?? {});
  const write = () => item;
  return planned(tableOf(input.TableName), asKey(item), input.ConditionExpression, bindingsOf(input), write);
}

function planUpdate(tableOf: TableOf, input: UpdateCommandInput): Planned {
  const key = asKey(input.Key);
  const bindings = bindingsOf(input);
  const update = updateIn(input.UpdateExpression ?? "", bindings);
  const write = (before: Attributes | undefined) =>
    keepItem({ ...updated(update, before ?? {}, bindings), ...key });
  return planned(tableOf(input.TableName), key, input.ConditionExpression, bindings, write);
}

function planned(
  table: Table,
  key: TableKey,
  conditionText: string | undefined,
  bindings: Bindings,
  write?: (before: Attributes | undefined) => Attributes,
): Planned {
  const condition = conditionText === undefined ? undefined : conditionIn(conditionText, bindings);
  const id = idOf(key);
  return {
    id,
    table,
    demand: (after) => ({ of: id, kind: "write", key: key.pk, units: writeUnits(table.get(key), after) }),
    indexDemands(after) {
      const before = table.get(key);
      return Object.entries(after ? table.indexes : {}).flatMap(([name, index]) => {
        const units = indexWriteUnits(index, before, after);
        const partition = String(after?.[index.partitionKey] ?? before?.[index.partitionKey]);
        return units > 0 ? [{ of: id, index: name, kind: "write" as const, key: partition, units }] : [];
      });
    },
    holds: () =>
      condition === undefined || table.ignoresConditions || holds(condition, table.get(key), bindings),
    after: () => write?.(table.get(key)),
    keep(after, lag) {
      if (after) table.put(key, after, lag.index);
    },
  };
}

function bindingsOf(input: {
  ExpressionAttributeNames?: Record<string, string> | undefined;
  ExpressionAttributeValues?: Record<string, unknown> | undefined;
}): Bindings {
  const { ExpressionAttributeNames: names, ExpressionAttributeValues: values } = input;
  return { names, values: values && (keepItem(values) as Readonly<Record<string, Value>>) };
}

function asKey(key: Readonly<Record<string, unknown>> | undefined): TableKey {
  const { pk, sk } = key ?? {};
  if (typeof pk !== "string" || typeof sk !== "string" || pk === "" || sk === "")
    throw invalid("One of the required keys was not given a value");
  return { pk, sk };
}
