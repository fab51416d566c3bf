// Operations on whole tables; each is complete when it is answered, though a table's state says so later.

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
  requiredText,
} from "./input.ts";
import { everything } from "./keys.ts";
import type { Change, Rows } from "./rows.ts";
import { type Entry, type Index, type Place, type TableRegistry, tableOf } from "./table-registry.ts";
import {
  describedSettings,
  describedWarmth,
  refuseTooManyTags,
  settingsIn,
  tagsIn,
  warmThroughputIn,
} from "./table-settings.ts";
import type { TableStatus } from "./table-states.ts";
import { changedTimeToLive, describedTimeToLive } from "./time-to-live.ts";
import type { Item } from "./values.ts";

type Operation = (input: Input) => object;

export function tableOperations(
  registry: TableRegistry,
  rows: Rows,
  place: Place,
  now: () => number,
): Record<string, Operation> {
  const described = (entry: Entry, status: TableStatus) =>
    describe(entry, status, (index) => registry.isFilling(tableOf(entry), index), place);
  /** Operations whose answer depends only on whether the table exists. */
  const named = (input: Input) => registry.entry(requiredName(input, "TableName"));
  return {
    CreateTable(input) {
      const tags = tagsIn(optionalList(input, "Tags") ?? []);
      refuseTooManyTags(tags);
      const made = { definition: readDefinition(input), settings: settingsIn(input), tags };
      return { TableDescription: described(registry.create(made), "CREATING") };
    },
    DescribeTable(input) {
      const entry = named(input);
      const status = registry.status(entry.definition.TableName);
      const Table = described(entry, status);
      registry.shownStatus(entry.definition.TableName);
      return { Table };
    },
    DeleteTable(input) {
      const entry = named(input);
      const { TableName: name } = entry.definition;
      if (registry.status(name) !== "DELETING") {
        refuseProtected(entry);
        registry.remove(name);
      }
      return { TableDescription: described(entry, "DELETING") };
    },
    UpdateTable(input) {
      const before = named(input);
      const entry = changed(input, before, registry);
      const made = Object.keys(entry.indexSpaces).filter((name) => !Object.hasOwn(before.indexSpaces, name));
      registry.update(entry, indexRows(before, entry, rows), made);
      return { TableDescription: described(entry, "UPDATING") };
    },
    ListTables: (input) => listTables(input, registry),
    UpdateTimeToLive(input) {
      const entry = named(input);
      const timeToLive = changedTimeToLive(input, entry.timeToLive, now());
      registry.replace({ ...entry, timeToLive });
      const { AttributeName, Enabled } = timeToLive;
      return { TimeToLiveSpecification: { AttributeName, Enabled } };
    },
    DescribeTimeToLive: (input) => ({ TimeToLiveDescription: describedTimeToLive(named(input).timeToLive) }),
    DescribeContinuousBackups(input) {
      named(input);
      return {
        ContinuousBackupsDescription: {
          ContinuousBackupsStatus: "ENABLED",
          PointInTimeRecoveryDescription: { PointInTimeRecoveryStatus: "DISABLED" },
        },
      };
    },
    TagResource(input) {
      const tags = tagsIn(requiredList(input, "Tags"));
      if (Object.keys(tags).length === 0) throw invalid("Atleast one Tag needs to be provided as Input.");
      return tagged(input, registry, (before) => ({ ...before, ...tags }));
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

const ARN = /^arn:aws:dynamodb:.+:\d+:table\/[^/]{3,}$/;

function resource(input: Input, registry: TableRegistry): Entry {
  const arn = requiredText(input, "ResourceArn");
  if (!ARN.test(arn)) throw invalid(`Invalid TableArn: Invalid ResourceArn provided as input ${arn}`);
  return registry.entry(arn);
}

function tagged(
  input: Input,
  registry: TableRegistry,
  change: (tags: Entry["tags"]) => Entry["tags"],
): object {
  const entry = resource(input, registry);
  const tags = change(entry.tags);
  refuseTooManyTags(tags);
  registry.replace({ ...entry, tags });
  return {};
}

function refuseProtected({ definition: { TableName }, settings }: Entry): void {
  if (settings?.DeletionProtectionEnabled === true)
    throw invalid(
      `1 validation error detected: Table '${TableName}' can't be deleted while DeletionProtectionEnabled is set to True`,
    );
}

function describe(
  entry: Entry,
  status: TableStatus,
  isFilling: (index: Index) => boolean,
  { accountId, region }: Place,
): object {
  const { createdAt, definition, id, settings = {} } = entry;
  const { indexes } = tableOf(entry);
  const statusOf = ({ IndexName }: IndexDefinition) => {
    const index = indexes.find(({ name }) => name === IndexName);
    if (status === "CREATING" || status === "DELETING") return status;
    return index && isFilling(index) ? "CREATING" : "ACTIVE";
  };
  const { BillingMode, GlobalSecondaryIndexes, LocalSecondaryIndexes, ...rest } = definition;
  const TableArn = `arn:aws:dynamodb:${region}:${accountId}:table/${definition.TableName}`;
  const index = ({ ProvisionedThroughput, WarmThroughput, ...own }: IndexDefinition) => ({
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
    ...describedSettings(settings, rest.ProvisionedThroughput),
    ...(BillingMode === "PAY_PER_REQUEST" && { BillingModeSummary: { BillingMode } }),
    ...(LocalSecondaryIndexes.length > 0 && { LocalSecondaryIndexes: LocalSecondaryIndexes.map(index) }),
    ...(GlobalSecondaryIndexes.length > 0 && {
      GlobalSecondaryIndexes: GlobalSecondaryIndexes.map((each) => ({
        ...index(each),
        IndexStatus: statusOf(each),
        ...(statusOf(each) === "CREATING" && status === "UPDATING" && { Backfilling: true }),
        ProvisionedThroughput: throughput(each.ProvisionedThroughput),
        WarmThroughput: describedWarmth(each.WarmThroughput, each.ProvisionedThroughput),
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
  const settings = settingsIn(input);
  const isNothing = !asked && !input.ProvisionedThroughput && Object.keys(settings).length === 0;
  if (isNothing && updates.length === 0)
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
    settings: { ...entry.settings, ...settings },
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
  const WarmThroughput = warmThroughputIn(one);
  return indexes.map((index) =>
    index.IndexName === name
      ? {
          ...index,
          ...(ProvisionedThroughput && { ProvisionedThroughput }),
          ...(WarmThroughput && { WarmThroughput }),
        }
      : index,
  );
}

/** The changes that fill new indexes and clear deleted ones. */
function indexRows(earlier: Entry, entry: Entry, rows: Rows): Change[] {
  const before = tableOf(earlier);
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
