// Operations on whole tables; each is complete when it is answered.

import {
  billingModeIn,
  type IndexDefinition,
  optionalThroughput,
  readDefinition,
  readIndex,
  refuseTwice,
  requiredName,
  type TableDefinition,
  throughputIn,
} from "./definition.ts";
import { failure, invalid, invalidValues } from "./errors.ts";
import { entryOf } from "./indexes.ts";
import {
  type Input,
  mapsIn,
  optionalCount,
  optionalList,
  optionalMap,
  optionalText,
  requiredList,
  requiredMap,
  requiredText,
} from "./input.ts";
import { everything } from "./keys.ts";
import type { Change, Rows } from "./rows.ts";
import { type Entry, type TableRegistry, tableOf } from "./table-registry.ts";
import type { Item } from "./values.ts";

export type Place = { readonly region: string; readonly accountId: string };
type Operation = (input: Input) => object;

export function tableOperations(
  registry: TableRegistry,
  rows: Rows,
  place: Place,
): Record<string, Operation> {
  const described = (entry: Entry, status: string) => describe(entry, status, place);
  /** Operations whose answer depends only on whether the table exists. */
  const named = (input: Input) => registry.entry(requiredName(input, "TableName"));
  return {
    CreateTable: (input) => ({
      TableDescription: described(registry.create(readDefinition(input)), "CREATING"),
    }),
    DescribeTable: (input) => ({ Table: described(named(input), "ACTIVE") }),
    DeleteTable(input) {
      const entry = named(input);
      registry.remove(entry.definition.TableName);
      return { TableDescription: described(entry, "DELETING") };
    },
    UpdateTable(input) {
      const entry = changed(input, named(input), registry);
      registry.replace(entry, indexRows(entry, registry, rows));
      return { TableDescription: described(entry, "UPDATING") };
    },
    ListTables: (input) => listTables(input, registry),
    // Items never expire here; DynamoDB, too, only promises to delete them some time later.
    UpdateTimeToLive(input) {
      named(input);
      return { TimeToLiveSpecification: requiredMap(input, "TimeToLiveSpecification") };
    },
    DescribeTimeToLive(input) {
      named(input);
      return { TimeToLiveDescription: { TimeToLiveStatus: "DISABLED" } };
    },
    DescribeContinuousBackups(input) {
      named(input);
      return { ContinuousBackupsDescription: { ContinuousBackupsStatus: "DISABLED" } };
    },
    TagResource(input) {
      const tags = mapsIn(requiredList(input, "Tags"), "Tags").map(
        (tag) => [requiredText(tag, "Key"), requiredText(tag, "Value")] as const,
      );
      if (tags.length === 0) throw invalid("Atleast one Tag needs to be provided as Input.");
      return tagged(input, registry, (before) => ({ ...before, ...Object.fromEntries(tags) }));
    },
    UntagResource(input) {
      const keys = requiredList(input, "TagKeys");
      if (keys.length === 0) throw invalid("Atleast one Tag Key needs to be provided as Input.");
      return tagged(input, registry, (before) =>
        Object.fromEntries(Object.entries(before).filter(([key]) => !keys.includes(key))),
      );
    },
    ListTagsOfResource: (input) => ({
      Tags: Object.entries(resource(input, registry).tags).map(([Key, Value]) => ({ Key, Value })),
    }),
  };
}

function listTables(input: Input, registry: TableRegistry): object {
  const limit = optionalCount(input, "Limit", 100) ?? 100;
  const after = optionalText(input, "ExclusiveStartTableName");
  const left = registry.names().filter((name) => after === undefined || name > after);
  const TableNames = left.slice(0, limit);
  return { TableNames, ...(left.length > limit && { LastEvaluatedTableName: TableNames.at(-1) }) };
}

const ARN = /^arn:aws:dynamodb:.+:\d+:table\/([^/]{3,})$/;

function resource(input: Input, registry: TableRegistry): Entry {
  const arn = requiredText(input, "ResourceArn");
  const name = ARN.exec(arn)?.[1];
  if (name === undefined) throw invalid(`Invalid TableArn: Invalid ResourceArn provided as input ${arn}`);
  return registry.entry(name);
}

function tagged(
  input: Input,
  registry: TableRegistry,
  change: (tags: Entry["tags"]) => Entry["tags"],
): object {
  const entry = resource(input, registry);
  registry.replace({ ...entry, tags: change(entry.tags) });
  return {};
}

function describe(entry: Entry, status: string, { accountId, region }: Place): object {
  const { createdAt, definition, id } = entry;
  const { BillingMode, GlobalSecondaryIndexes, LocalSecondaryIndexes, ...rest } = definition;
  const TableArn = `arn:aws:dynamodb:${region}:${accountId}:table/${definition.TableName}`;
  const index = ({ ProvisionedThroughput, ...own }: IndexDefinition) => ({
    ...own,
    IndexArn: `${TableArn}/index/${own.IndexName}`,
    IndexSizeBytes: 0,
    ItemCount: 0,
  });
  const throughput = (given: IndexDefinition["ProvisionedThroughput"]) => ({
    ...given,
    NumberOfDecreasesToday: 0,
  });
  return {
    ...rest,
    TableArn,
    TableId: id,
    CreationDateTime: createdAt,
    TableStatus: status,
    TableSizeBytes: 0,
    ItemCount: 0,
    ProvisionedThroughput: throughput(rest.ProvisionedThroughput),
    ...(BillingMode === "PAY_PER_REQUEST" && { BillingModeSummary: { BillingMode } }),
    ...(LocalSecondaryIndexes.length > 0 && { LocalSecondaryIndexes: LocalSecondaryIndexes.map(index) }),
    ...(GlobalSecondaryIndexes.length > 0 && {
      GlobalSecondaryIndexes: GlobalSecondaryIndexes.map((each) => ({
        ...index(each),
        IndexStatus: status === "CREATING" ? "CREATING" : "ACTIVE",
        ProvisionedThroughput: throughput(each.ProvisionedThroughput),
      })),
    }),
  };
}

/** The table as UpdateTable asks for it; the spaces of new indexes are still empty. */
function changed(input: Input, entry: Entry, registry: TableRegistry): Entry {
  const { definition } = entry;
  const updates = mapsIn(
    optionalList(input, "GlobalSecondaryIndexUpdates") ?? [],
    "GlobalSecondaryIndexUpdates",
  );
  const asked = billingModeIn(input);
  if (!asked && !input.ProvisionedThroughput && updates.length === 0)
    throw invalid(
      "At least one of ProvisionedThroughput, BillingMode, UpdateStreamEnabled, GlobalSecondaryIndexUpdates or SSESpecification or ReplicaUpdates is required",
    );
  const BillingMode = asked ?? definition.BillingMode;
  const isPaidAsBefore = !asked && !input.ProvisionedThroughput;
  const withAttributes: TableDefinition = {
    ...definition,
    BillingMode,
    AttributeDefinitions: mergedAttributes(input, definition),
    ProvisionedThroughput: isPaidAsBefore
      ? definition.ProvisionedThroughput
      : throughputIn(input, BillingMode),
  };
  const GlobalSecondaryIndexes = updates.reduce(
    (indexes: readonly IndexDefinition[], update) => updatedIndexes(indexes, update, withAttributes),
    definition.GlobalSecondaryIndexes,
  );
  refuseTwice(GlobalSecondaryIndexes.map(({ IndexName }) => IndexName));
  const all = [...GlobalSecondaryIndexes, ...definition.LocalSecondaryIndexes];
  const spaceOf = (name: string) => entry.indexSpaces[name] ?? registry.freeSpace();
  return {
    ...entry,
    definition: { ...withAttributes, GlobalSecondaryIndexes },
    indexSpaces: Object.fromEntries(all.map(({ IndexName }) => [IndexName, spaceOf(IndexName)])),
  };
}

function mergedAttributes(input: Input, { AttributeDefinitions: before }: TableDefinition) {
  const given = mapsIn(optionalList(input, "AttributeDefinitions") ?? [], "AttributeDefinitions");
  const known = new Set(before.map(({ AttributeName }) => AttributeName));
  const more = given.filter(({ AttributeName }) => !known.has(String(AttributeName)));
  return [...before, ...more] as TableDefinition["AttributeDefinitions"];
}

function updatedIndexes(
  indexes: readonly IndexDefinition[],
  update: Input,
  table: TableDefinition,
): IndexDefinition[] {
  const [create, change, remove] = ["Create", "Update", "Delete"].map((name) => optionalMap(update, name));
  if (create) return [...indexes, readIndex(create, table.AttributeDefinitions, table.BillingMode)];
  const one = change ?? remove;
  if (!one)
    throw invalidValues(
      "One of GlobalSecondaryIndexUpdate.Update, GlobalSecondaryIndexUpdate.Create, GlobalSecondaryIndexUpdate.Delete must not be null",
    );
  const name = requiredName(one, "IndexName");
  if (!indexes.some(({ IndexName }) => IndexName === name))
    throw failure("ResourceNotFoundException", `Requested resource not found: Index: ${name} not found`);
  if (remove) return indexes.filter(({ IndexName }) => IndexName !== name);
  const ProvisionedThroughput = optionalThroughput(one);
  return indexes.map((index) =>
    index.IndexName === name && ProvisionedThroughput ? { ...index, ProvisionedThroughput } : index,
  );
}

/** The changes that fill new indexes and clear deleted ones. */
function indexRows(entry: Entry, registry: TableRegistry, rows: Rows): Change[] {
  const before = registry.table(entry.definition.TableName);
  const after = tableOf(entry);
  const has = (table: typeof after, space: number) => table.indexes.some((index) => index.space === space);
  const gone = before.indexes.filter(({ space }) => !has(after, space));
  const made = after.indexes.filter(({ space }) => !has(before, space));
  const items = made.length > 0 ? [...rows.range(after.space, everything)] : [];
  return [
    ...gone.map(({ space }): Change => ({ space, clear: true })),
    ...made.flatMap((index) => items.flatMap(([key, item]) => entryOf(index, key, item as Item))),
  ];
}
