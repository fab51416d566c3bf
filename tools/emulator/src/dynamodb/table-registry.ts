// The registry of tables: each is created, changed or deleted in one commit with its indexes and items.
import { randomUUID } from "node:crypto";
import { type IndexDefinition, keySchemaOf, type TableDefinition } from "./definition.ts";
import { failure } from "./errors.ts";
import type { KeySchema } from "./keys.ts";
import type { Change, Rows } from "./rows.ts";

/** A table as the engine uses it. */
export type Table = {
  readonly name: string;
  readonly key: KeySchema;
  /** Where its items are in the store. */
  readonly space: number;
  readonly indexes: readonly Index[];
};
export type Index = {
  readonly name: string;
  readonly key: KeySchema;
  /** Where its entries are in the store; each holds the key of an item. */
  readonly space: number;
  /** A local index shares the table's partitions, and can be read consistently. */
  readonly isLocal: boolean;
  /** The projected attributes; undefined for all. */
  readonly shows: ReadonlySet<string> | undefined;
};

/** A table as it is stored. */
export type Entry = {
  readonly definition: TableDefinition;
  readonly id: string;
  readonly createdAt: number;
  readonly space: number;
  readonly indexSpaces: Readonly<Record<string, number>>;
  readonly tags: Readonly<Record<string, string>>;
};

export type TableRegistry = {
  /** Throws a DynamoFailure if there is none of that name. */
  table(name: string): Table;
  entry(name: string): Entry;
  has(name: string): boolean;
  names(): string[];
  create(definition: TableDefinition): Entry;
  /** Commits `changes` together with the table. */
  replace(entry: Entry, changes?: readonly Change[]): void;
  remove(name: string): void;
  freeSpace(): number;
};

/** The space of the registry's own records, which no table uses. */
export const OWN_SPACE = 0;
const PREFIX = "table/";

export function openTableRegistry(rows: Rows, now: () => number): TableRegistry {
  const known = new Map<string, { entry: Entry; table: Table }>();
  for (const [, value] of rows.range(OWN_SPACE, { from: PREFIX, to: `${PREFIX}\u0100` }))
    remember(value as Entry);

  function remember(entry: Entry): void {
    known.set(entry.definition.TableName, { entry, table: tableOf(entry) });
  }

  function find(name: string) {
    const found = known.get(name);
    if (found) return found;
    throw failure("ResourceNotFoundException", `Requested resource not found: Table: ${name} not found`);
  }

  let lastSpace = Math.max(OWN_SPACE, ...[...known.values()].flatMap(({ table }) => spacesOf(table)));
  const freeSpace = () => ++lastSpace;
  const recordOf = (name: string) => ({ space: OWN_SPACE, key: PREFIX + name });

  return {
    table: (name) => find(name).table,
    entry: (name) => find(name).entry,
    has: (name) => known.has(name),
    names: () => [...known.keys()].sort(),
    freeSpace,
    create(definition) {
      const { TableName: name, GlobalSecondaryIndexes: global, LocalSecondaryIndexes: local } = definition;
      if (known.has(name)) throw failure("ResourceInUseException", `Table already exists: ${name}`);
      const entry: Entry = {
        definition,
        id: randomUUID(),
        createdAt: now() / 1000,
        space: freeSpace(),
        indexSpaces: Object.fromEntries(
          [...global, ...local].map(({ IndexName }) => [IndexName, freeSpace()]),
        ),
        tags: {},
      };
      rows.commit([{ ...recordOf(name), value: entry }]);
      remember(entry);
      return entry;
    },
    replace(entry, changes = []) {
      rows.commit([...changes, { ...recordOf(entry.definition.TableName), value: entry }]);
      remember(entry);
    },
    remove(name) {
      const cleared = spacesOf(find(name).table).map((space): Change => ({ space, clear: true }));
      rows.commit([...cleared, { ...recordOf(name), remove: true }]);
      known.delete(name);
    },
  };
}

const spacesOf = ({ indexes, space }: Table) => [space, ...indexes.map((index) => index.space)];

export function tableOf({ definition, indexSpaces, space }: Entry): Table {
  const { AttributeDefinitions: attributes, TableName: name } = definition;
  const key = keySchemaOf(definition.KeySchema, attributes);
  const indexOf = (index: IndexDefinition, isLocal: boolean): Index => ({
    name: index.IndexName,
    key: keySchemaOf(index.KeySchema, attributes),
    space: indexSpaces[index.IndexName] ?? -1,
    isLocal,
    shows: shownBy(index, definition),
  });
  const indexes = [
    ...definition.GlobalSecondaryIndexes.map((index) => indexOf(index, false)),
    ...definition.LocalSecondaryIndexes.map((index) => indexOf(index, true)),
  ];
  return { name, key, space, indexes };
}

function shownBy(
  { KeySchema, Projection }: IndexDefinition,
  table: TableDefinition,
): Set<string> | undefined {
  if (Projection.ProjectionType === "ALL") return undefined;
  const keys = [...table.KeySchema, ...KeySchema].map(({ AttributeName }) => AttributeName);
  return new Set([...keys, ...(Projection.NonKeyAttributes ?? [])]);
}
