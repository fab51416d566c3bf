// The registry of tables: each is created, changed or deleted in one commit with its indexes and items.
import { randomUUID } from "node:crypto";
import { type IndexDefinition, keySchemaOf, type TableDefinition } from "./definition.ts";
import { failure } from "./errors.ts";
import type { KeySchema } from "./keys.ts";
import type { Change, Rows } from "./rows.ts";
import type { TableSettings } from "./table-settings.ts";
import { createTableStates, type TableStates, type TableStatus } from "./table-states.ts";
import type { TimeToLive } from "./time-to-live.ts";

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
  readonly settings?: TableSettings;
  readonly timeToLive?: TimeToLive;
};

/** Where the tables are, as their ARNs tell. */
export type Place = { readonly region: string; readonly accountId: string };

export type TableRegistry = {
  /** By name or ARN. Throws a DynamoFailure if there is none, or none yet. */
  table(name: string): Table;
  /** Also of a table that is on its way up or down. */
  entry(name: string): Entry;
  has(name: string): boolean;
  /** True while UpdateTable fills the index. */
  isFilling(table: Table, index: Index): boolean;
  names(): string[];
  create(made: Pick<Entry, "definition" | "settings" | "tags">): Entry;
  /** Commits `changes` together with the table. */
  replace(entry: Entry, changes?: readonly Change[]): void;
  /** As `replace`, and the table is UPDATING for a while; `filling` are new indexes. */
  update(entry: Entry, changes: readonly Change[], filling: readonly string[]): void;
  remove(name: string): void;
  /** The state that a describe shows, which ends by that. */
  shownStatus(name: string): TableStatus;
  status(name: string): TableStatus;
  freeSpace(): number;
};

/** The space of the registry's own records, which no table uses. */
export const OWN_SPACE = 0;
const PREFIX = "table/";

const ARN = /^arn:aws[\w-]*:dynamodb:([^:]*):([^:]*):table\/([^/]+)$/;

/** The table's name in its ARN; a name stays as it is, and another account's or region's ARN too. */
function nameIn(given: string, { accountId, region }: Place): string {
  const [, place, account, name] = ARN.exec(given) ?? [];
  return name !== undefined && place === region && account === accountId ? name : given;
}

/** The tables by name or ARN, with those that are on their way down. */
function createKnownTables(place: Place, states: TableStates) {
  const known = new Map<string, { entry: Entry; table: Table }>();
  const leaving = new Map<string, Entry>();
  const filling = new Map<string, readonly string[]>();
  const nameOf = (given: string) => nameIn(given, place);

  const notFound = (given: string) =>
    failure("ResourceNotFoundException", `Requested resource not found: Table: ${given} not found`);

  function find(given: string) {
    const found = known.get(nameOf(given));
    if (found) return found;
    throw notFound(given);
  }

  return {
    known,
    leaving,
    filling,
    nameOf,
    find,
    status: (given: string) => states.of(nameOf(given)),
    table(given: string): Table {
      const { table } = find(given);
      if (states.of(table.name) === "CREATING") throw notFound(given);
      return table;
    },
    entry(given: string): Entry {
      // Ends what is over, so that a table that is gone is not found.
      states.of(nameOf(given));
      return leaving.get(nameOf(given)) ?? find(given).entry;
    },
    names(): string[] {
      for (const name of [...leaving.keys()]) states.of(name);
      return [...known.keys(), ...leaving.keys()].sort();
    },
    remember(entry: Entry): void {
      known.set(entry.definition.TableName, { entry, table: tableOf(entry) });
    },
  };
}

export function openTableRegistry(rows: Rows, now: () => number, place: Place): TableRegistry {
  const states = createTableStates(now);
  const tables = createKnownTables(place, states);
  const { filling, find, known, leaving, nameOf, remember } = tables;
  for (const [, value] of rows.range(OWN_SPACE, { from: PREFIX, to: `${PREFIX}\u0100` }))
    remember(value as Entry);

  let lastSpace = Math.max(OWN_SPACE, ...[...known.values()].flatMap(({ table }) => spacesOf(table)));
  const freeSpace = () => ++lastSpace;
  const recordOf = (name: string) => ({ space: OWN_SPACE, key: PREFIX + name });

  function replace(entry: Entry, changes: readonly Change[] = []): void {
    rows.commit([...changes, { ...recordOf(entry.definition.TableName), value: entry }]);
    remember(entry);
  }

  return {
    ...tables,
    has: (name) => known.has(name),
    isFilling: ({ name }, index) =>
      states.of(name) === "UPDATING" && filling.get(name)?.includes(index.name) === true,
    freeSpace,
    shownStatus: (given) => states.shown(nameOf(given)),
    create({ definition: given, settings = {}, tags }) {
      const definition = { ...given, TableName: nameOf(given.TableName) };
      const { TableName: name, GlobalSecondaryIndexes: global, LocalSecondaryIndexes: local } = definition;
      if (tables.names().includes(name))
        throw failure("ResourceInUseException", `Table already exists: ${name}`);
      const indexes = [...global, ...local].map(({ IndexName }) => [IndexName, freeSpace()]);
      const entry: Entry = {
        definition,
        id: randomUUID(),
        createdAt: now() / 1000,
        space: freeSpace(),
        indexSpaces: Object.fromEntries(indexes),
        tags,
        settings,
      };
      replace(entry);
      states.begin(name, "CREATING");
      return entry;
    },
    replace,
    update(entry, changes, made) {
      const { TableName: name } = entry.definition;
      states.refuseChange(name);
      replace(entry, changes);
      filling.set(name, made);
      states.begin(name, "UPDATING");
    },
    remove(given) {
      const { entry, table } = find(given);
      const { name } = table;
      states.refuseChange(name);
      const cleared = spacesOf(table).map((space): Change => ({ space, clear: true }));
      rows.commit([...cleared, { ...recordOf(name), remove: true }]);
      known.delete(name);
      leaving.set(name, entry);
      states.begin(name, "DELETING", () => leaving.delete(name));
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
