// dynalite's DynamoDB engine without its web server: its store, its validations and its actions, typed.
import { createRequire } from "node:module";

import { isPlainValue, withoutPlainValues } from "./plain-values.ts";

export type Item = Record<string, unknown>;
export type Callback<T> = (error: Error | null | undefined, value?: T) => void;

/** A dynalite failure carries the answer to give. */
export type DynamoFailure = Error & { statusCode: number; body: { __type: string; message?: string } };

export type Index = { IndexStatus: string };
export type Table = {
  TableName: string;
  TableStatus: string;
  KeySchema: { AttributeName: string }[];
  GlobalSecondaryIndexes?: Index[];
};

export type SubDatabase = {
  lock(key: string, run: (release: <T>(callback: T) => T) => void): void;
  get(key: string, callback: Callback<Item>): void;
  put(key: string, value: Item, callback: Callback<void>): void;
  del(key: string, callback: Callback<void>): void;
};

/** One change of LevelDB; a batch of them is atomic. */
export type Change = { type: "put"; key: string; value: unknown } | { type: "del"; key: string };

export type Level = {
  open(options?: { createIfMissing: boolean }): Promise<void>;
  close(): Promise<void>;
  batch(changes: Change[]): Promise<void>;
  /** Undefined if there is no such key. */
  get(key: string): Promise<unknown>;
  keys(): { nextv(size: number): Promise<string[]>; close(): Promise<void> };
  iterator(range: KeyRange): AsyncIterable<[string, unknown]>;
  clear(range: KeyRange): Promise<void>;
};
export type KeyRange = { gte: string; lt: string };

export type Store = {
  db: Level;
  /** The account and region that table ARNs carry. */
  tableDb: { awsAccountId: string; awsRegion: string };
  getTable(name: string, callback: Callback<Table>): void;
  getItemDb(table: string): SubDatabase;
  getIndexDb(kind: string, table: string, index: string): SubDatabase;
};

type Action = (store: Store, input: Item, callback: Callback<Item>) => void;
type Validation = { types: object; custom: unknown };
type Validations = {
  /** A sentence that says what is wrong. */
  validateAttributeValue(value: unknown): string | undefined;
  checkTypes(input: Item, types: object): Item;
  checkValidations(input: Item, types: object, custom: unknown, store: Store): void;
};

const require = createRequire(import.meta.url);

const database = require("dynalite/db") as {
  create(options: object): Store;
  createKey(item: unknown, table: Table): string;
  validateKey(key: unknown, table: Table): DynamoFailure | null | undefined;
  validateItem(item: unknown, table: Table): DynamoFailure | null | undefined;
};
const validations = require("dynalite/validations") as Validations;
const { validateAttributeValue } = validations;
// What the operations ask of each attribute of an item and a key; nothing is wrong with a plain one.
validations.validateAttributeValue = (value) =>
  isPlainValue(value) ? undefined : validateAttributeValue(value);

/** The operations dynalite has; anything else is unknown to it. */
const operations = [
  "BatchGetItem",
  "BatchWriteItem",
  "CreateTable",
  "DeleteItem",
  "DeleteTable",
  "DescribeTable",
  "DescribeTimeToLive",
  "GetItem",
  "ListTables",
  "PutItem",
  "Query",
  "Scan",
  "TagResource",
  "UntagResource",
  "ListTagsOfResource",
  "UpdateItem",
  "UpdateTable",
] as const;
export type Operation = (typeof operations)[number];

const lower = (name: string) => name.charAt(0).toLowerCase() + name.slice(1);
const parts = new Map(
  operations.map((name) => [
    name as string,
    {
      action: require(`dynalite/actions/${lower(name)}`) as Action,
      validation: require(`dynalite/validations/${lower(name)}`) as Validation,
    },
  ]),
);

export function openStore(directory: string | undefined): Store {
  const instantly = { createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 };
  return database.create({ ...instantly, ...(directory !== undefined && { path: directory }) });
}

export function isOperation(name: string): name is Operation {
  return parts.has(name);
}

/** The input with its expressions parsed; throws a DynamoFailure where AWS refuses the request as such. */
export function validate(operation: Operation, input: Item, store: Store): Item {
  const { validation } = partsOf(operation);
  const checked = checkTypes(input, validation.types);
  validations.checkValidations(checked, validation.types, validation.custom, store);
  return checked;
}

/** Attribute values that are plain stay as they are, which spares three quarters of the check. */
function checkTypes(input: Item, types: object): Item {
  const { plain, rest } = withoutPlainValues(input, types);
  return { ...validations.checkTypes(rest, types), ...plain };
}

/** Runs an operation on a validated input against a store, or something that behaves like one. */
export function perform(operation: Operation, store: Store, input: Item): Promise<Item> {
  return promised((callback) => partsOf(operation).action(store, input, callback));
}

export function getTable(store: Store, name: string): Promise<Table> {
  return promised((callback) => store.getTable(name, callback));
}

/** LevelDB's key of the item that `input` holds or names, unique over all tables; throws a DynamoFailure if it has none. */
export function keyOf(input: Item, table: Table): string {
  const invalid =
    "Item" in input ? database.validateItem(input.Item, table) : database.validateKey(input.Key, table);
  if (invalid) throw invalid;
  return `item-${table.TableName}~${database.createKey(input.Item ?? input.Key, table)}`;
}

/** The keys that begin with a prefix, which ends in `~`; its successor bounds them. */
export const withPrefix = (prefix: `${string}~`): KeyRange => ({
  gte: prefix,
  lt: `${prefix.slice(0, -1)}\u007f`,
});

export function failure(type: string, message: string, more: object = {}): DynamoFailure {
  const namespace =
    type === "ValidationException" ? "com.amazon.coral.validate" : "com.amazonaws.dynamodb.v20120810";
  return Object.assign(new Error(message), {
    statusCode: 400,
    body: { __type: `${namespace}#${type}`, message, ...more },
  });
}

export function isFailure(error: unknown): error is DynamoFailure {
  return error instanceof Error && "statusCode" in error && "body" in error;
}

function partsOf(operation: Operation) {
  const found = parts.get(operation);
  if (!found) throw new Error(`dynalite has no operation ${operation}.`);
  return found;
}

function promised<T>(start: (callback: Callback<T>) => void): Promise<T> {
  return new Promise((resolve, reject) => {
    start((error, value) => (error ? reject(error) : resolve(value as T)));
  });
}
