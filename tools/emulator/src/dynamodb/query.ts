// Query and Scan: pages of a table or an index, in the order of the keys.

import type { ContendedTables } from "./contention/contended-tables.ts";
import { queryOf } from "./contention/demands.ts";
import { requiredName } from "./definition.ts";
import { invalid } from "./errors.ts";
import { holds } from "./expressions/evaluate.ts";
import { type Expressions, readExpressions } from "./expressions/index.ts";
import { keyQueryOf } from "./expressions/keys.ts";
import { attributesIn, project } from "./expressions/paths.ts";
import { shownIn } from "./indexes.ts";
import {
  type Input,
  optionalCount,
  optionalFlag,
  optionalMap,
  optionalText,
  optionalWhole,
  refuseReplaced,
} from "./input.ts";
import { behind, everything, type KeySchema, keyIn, keyOfKey, placeIn, type Range, rangeOf } from "./keys.ts";
import { pageSizeOf } from "./page-size.ts";
import type { Reading, Replicas } from "./replicas.ts";
import { isBeyond, type Select, selectIn } from "./select.ts";
import type { Index, Table, TableRegistry } from "./table-registry.ts";
import { type AttributeValue, at, type Item, keepItem, typeOf } from "./values.ts";

/** Bytes (DynamoDB API, Query). */
const MAXIMUM_PAGE = 1024 * 1024;

/** The table or index that is read. */
type Source = {
  table: Table;
  index: Index | undefined;
  key: KeySchema;
  names: readonly string[];
  isConsistent: boolean;
};

type Paging = {
  readonly range: Range;
  readonly isBackwards: boolean;
  readonly limit: number;
  /** Of this segment only. */
  readonly isWanted: (item: Item) => boolean;
};

export function query(
  input: Input,
  registry: TableRegistry,
  replicas: Replicas,
  contended: ContendedTables,
): object {
  const name = requiredName(input, "TableName");
  refuseReplaced(input);
  const select = selectIn("Query", input);
  const expressions = readExpressions(input, ["projection", "filter", "key"]);
  if (!expressions.key)
    throw invalid(
      "Either the KeyConditions or KeyConditionExpression parameter must be specified in the request.",
    );
  const source = sourceOf(input, registry.table(name), registry);
  const { partition, sort } = keyQueryOf(expressions.key, source.key, expressions.values);
  refuseFilterOnKey(expressions, source.key);
  const isBackwards = optionalFlag(input, "ScanIndexForward") === false;
  const whole = rangeOf(partition, sort);
  const start = startKeyOf(input, source);
  if (start !== undefined && (start < whole.from || start >= whole.to))
    throw invalid("The provided starting key is outside query boundaries based on provided conditions");
  const range = remaining(whole, start, isBackwards);
  const paging = { range, isBackwards, ...limitOf(input), isWanted: () => true };
  const page = pageOf(select, expressions, source, paging, readingOf(source, replicas));
  const { Items = [] } = page as { Items?: Item[] };
  contended.takeOrThrow(source.table.name, () => [queryOf(source.index, partition, Items)]);
  return page;
}

export function scan(input: Input, registry: TableRegistry, replicas: Replicas): object {
  const name = requiredName(input, "TableName");
  refuseReplaced(input);
  const select = selectIn("Scan", input);
  const expressions = readExpressions(input, ["projection", "filter"]);
  const segment = segmentOf(input);
  const source = sourceOf(input, registry.table(name), registry);
  const range = remaining(everything, startKeyOf(input, source), false);
  const isWanted = (item: Item) =>
    segment === undefined || isInSegment(at(item, source.key.hash.name), segment.index, segment.count);
  return pageOf(
    select,
    expressions,
    source,
    { range, isBackwards: false, ...limitOf(input), isWanted },
    readingOf(source, replicas),
  );
}

const readingOf = ({ isConsistent, table }: Source, { replica, rows }: Replicas): Reading =>
  isConsistent ? rows : replica(table.space);

const limitOf = (input: Input) => ({ limit: optionalCount(input, "Limit") ?? Number.POSITIVE_INFINITY });

function sourceOf(input: Input, table: Table, registry: TableRegistry): Source {
  const indexName = optionalText(input, "IndexName");
  const isConsistent = optionalFlag(input, "ConsistentRead") === true;
  const namesOf = (keys: KeySchema[]) => [
    ...new Set(keys.flatMap(({ hash, range }) => (range ? [hash.name, range.name] : [hash.name]))),
  ];
  if (indexName === undefined)
    return { table, index: undefined, key: table.key, names: namesOf([table.key]), isConsistent };
  const index = table.indexes.find((each) => each.name === indexName);
  if (!index) throw invalid(`The table does not have the specified index: ${indexName}`);
  if (registry.isFilling(table, index))
    throw invalid(`Cannot read from backfilling global secondary index: ${indexName}`);
  if (isConsistent && !index.isLocal)
    throw invalid("Consistent reads are not supported on global secondary indexes");
  return { table, index, key: index.key, names: namesOf([table.key, index.key]), isConsistent };
}

/** The position after which a page begins. */
function startKeyOf(input: Input, { index, key, names, table }: Source): string | undefined {
  const given = optionalMap(input, "ExclusiveStartKey");
  if (!given) return undefined;
  const start = keepItem(given);
  const refused = () => invalid("The provided starting key is invalid");
  if (Object.keys(start).length !== names.length || names.some((name) => !at(start, name))) throw refused();
  for (const attribute of [key.hash, key.range, table.key.hash, table.key.range]) {
    const value = attribute && at(start, attribute.name);
    if (attribute && value && typeOf(value) !== attribute.type) throw refused();
  }
  const ownNames = [table.key.hash.name, table.key.range?.name];
  const own = Object.fromEntries(Object.entries(start).filter(([name]) => ownNames.includes(name)));
  const itemKey = keyOfKey(own, table.key);
  return index ? placeIn(keyIn(start, key) ?? "", itemKey) : itemKey;
}

function remaining(range: Range, start: string | undefined, isBackwards: boolean): Range {
  if (start === undefined) return range;
  return isBackwards ? { from: range.from, to: start } : { from: behind(start), to: range.to };
}

function pageOf(
  select: Select | undefined,
  expressions: Expressions,
  source: Source,
  paging: Paging,
  rows: Reading,
): object {
  const { filter, projection, values } = expressions;
  const { index, names, table } = source;
  const isWhole = !index || isBeyond(index, select, expressions);
  const found: Item[] = [];
  let [scanned, bytes] = [0, 0];
  let last: Item | undefined;
  for (const [, value] of rows.range(index?.space ?? table.space, paging.range, paging.isBackwards)) {
    const item = (index ? rows.get(table.space, value as string) : value) as Item;
    if (!paging.isWanted(item)) continue;
    const shown = isWhole ? item : shownIn(index, item);
    last = item;
    scanned++;
    bytes += pageSizeOf(shown, table.key);
    if (!filter || holds(filter, shown, values)) found.push(projection ? project(shown, projection) : shown);
    if (scanned >= paging.limit || bytes >= MAXIMUM_PAGE) break;
  }
  const isFull = scanned >= paging.limit || bytes >= MAXIMUM_PAGE;
  return {
    Count: found.length,
    ScannedCount: scanned,
    ...(select !== "COUNT" && { Items: found }),
    ...(isFull && last && { LastEvaluatedKey: keyFrom(last, names) }),
  };
}

const keyFrom = (item: Item, names: readonly string[]) =>
  Object.fromEntries(names.map((name) => [name, at(item, name)]));

function refuseFilterOnKey({ filter }: Expressions, { hash, range }: KeySchema): void {
  if (!filter) return;
  const names = attributesIn(filter);
  for (const attribute of [hash, range])
    if (attribute && names.has(attribute.name))
      throw invalid(
        `Filter Expression can only contain non-primary key attributes: Primary key attribute: ${attribute.name}`,
      );
}

function segmentOf(input: Input): { index: number; count: number } | undefined {
  const count = optionalCount(input, "TotalSegments", 1_000_000);
  const index = optionalWhole(input, "Segment");
  const required = (missing: string, present: string) =>
    invalid(
      `The ${missing} parameter is required but was not present in the request when ${present} is present`,
    );
  if (count === undefined && index === undefined) return undefined;
  if (count === undefined) throw required("TotalSegments", "Segment parameter");
  if (index === undefined) throw required("Segment", "parameter TotalSegments");
  if (index < 0 || index >= count)
    throw invalid(
      `The Segment parameter is zero-based and must be less than parameter TotalSegments: Segment: ${index} is not less than TotalSegments: ${count}`,
    );
  return { index, count };
}

/** Each partition belongs to exactly one segment. */
function isInSegment(partition: AttributeValue | undefined, index: number, count: number): boolean {
  let hash = 0;
  for (const byte of Buffer.from(JSON.stringify(partition))) hash = (Math.imul(hash, 31) + byte) >>> 0;
  return hash % count === index;
}
