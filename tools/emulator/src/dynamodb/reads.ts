// GetItem, BatchGetItem and TransactGetItems.

import { type ContendedTables, throttled } from "./contention/contended-tables.ts";
import { readOf } from "./contention/demands.ts";
import type { Throttle } from "./contention/throughput.ts";
import { requiredName } from "./definition.ts";
import { invalid } from "./errors.ts";
import { readExpressions } from "./expressions/index.ts";
import { project } from "./expressions/paths.ts";
import type { Path } from "./expressions/tokenizer.ts";
import {
  type Input,
  isMap,
  mapsIn,
  optionalFlag,
  refuseReplaced,
  requiredList,
  requiredMap,
  unfulfilled,
} from "./input.ts";
import { keyOfKey } from "./keys.ts";
import type { Reading, Replicas } from "./replicas.ts";
import type { Rows } from "./rows.ts";
import type { Table, TableRegistry } from "./table-registry.ts";
import { type Item, keepItem, sizeOf } from "./values.ts";

export type Get = {
  readonly table: Table;
  readonly key: string;
  readonly projection: readonly Path[] | undefined;
  readonly isConsistent: boolean;
};

export function prepareGet(input: Input, registry: TableRegistry): Get {
  const name = requiredName(input, "TableName");
  refuseReplaced(input);
  const isConsistent = optionalFlag(input, "ConsistentRead") === true;
  const given = keepItem(requiredMap(input, "Key"));
  const { projection } = readExpressions(input, ["projection"]);
  const table = registry.table(name);
  return { table, key: keyOfKey(given, table.key), projection, isConsistent };
}

/** As a replica shows it, unless the read is consistent. */
export const getAnywhere = (asked: Get, { replica, rows }: Replicas): Item | undefined =>
  get(asked, asked.isConsistent ? rows : replica(asked.table.space, asked.key));

export function get({ key, projection, table }: Get, rows: Reading): Item | undefined {
  const item = rows.get(table.space, key) as Item | undefined;
  return item && projection ? project(item, projection) : item;
}

/** What reading it takes of its table. */
export const demandOf = ({ key, table }: Get, rows: Rows) =>
  readOf(key, rows.get(table.space, key) as Item | undefined);

/** Of the whole item, whatever is shown of it. */
export function bytesOf({ key, table }: Get, rows: Rows): number {
  const item = rows.get(table.space, key) as Item | undefined;
  return item ? sizeOf(item) : 0;
}

const MAXIMUM_KEYS = 100;
/** Bytes (DynamoDB API, BatchGetItem). */
const MAXIMUM_ANSWER = 16 * 1024 * 1024;
/** Of a partition, and a table is one here: a megabyte and an item's most (dynalite, checked at AWS). */
const MAXIMUM_OF_TABLE = 1024 * 1024 + 400 * 1024;

export function batchGet(
  input: Input,
  registry: TableRegistry,
  replicas: Replicas,
  contended: ContendedTables,
): object {
  const { rows } = replicas;
  const requests = Object.entries(requiredMap(input, "RequestItems")).map(([name, request]) => {
    if (!isMap(request)) throw unfulfilled(null, `requestItems.${name}.member`, "Member must not be null");
    return { name, request, keys: mapsIn(requiredList(request, "Keys"), "Keys") };
  });
  if (requests.length === 0)
    unfulfilled("{}", "requestItems", "Member must have length greater than or equal to 1");
  if (requests.reduce((count, { keys }) => count + keys.length, 0) > MAXIMUM_KEYS)
    throw invalid("Too many items requested for the BatchGetItem call");
  const prepared = requests.map(({ keys, name, request }) => ({
    name,
    request,
    gets: keys.map((Key) => ({ Key, get: prepareGet({ ...request, TableName: name, Key }, registry) })),
  }));
  const Responses: Record<string, Item[]> = {};
  const UnprocessedKeys: Record<string, object> = {};
  let bytes = 0;
  let isAnyRead = false;
  let refused: Throttle | undefined;
  for (const { gets, name, request } of prepared) {
    if (new Set(gets.map((each) => each.get.key)).size < gets.length)
      throw invalid("Provided list of item keys contains duplicates");
    const items: Item[] = [];
    const left: Input[] = [];
    let ofTable = 0;
    for (const { Key, get: each } of gets) {
      const throttle = contended.take(each.table.name, () => [demandOf(each, rows)]);
      refused ??= throttle;
      const size = bytesOf(each, rows);
      if (throttle || bytes >= MAXIMUM_ANSWER || ofTable + size > MAXIMUM_OF_TABLE) {
        left.push(Key);
        continue;
      }
      isAnyRead = true;
      const item = getAnywhere(each, replicas);
      if (!item) continue;
      items.push(item);
      bytes += size;
      ofTable += size;
    }
    Responses[name] = items;
    if (left.length > 0) UnprocessedKeys[name] = { ...request, Keys: left };
  }
  if (refused && !isAnyRead) throw throttled(refused);
  return { Responses, UnprocessedKeys };
}
