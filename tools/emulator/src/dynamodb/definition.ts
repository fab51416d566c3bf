// Validates what CreateTable asks for, and derives a table's key schema from it.
import { invalid, invalidValues } from "./errors.ts";
import {
  type Input,
  mapsIn,
  optionalList,
  optionalMap,
  optionalWhole,
  optionalWord,
  requiredList,
  requiredMap,
  requiredText,
  unfulfilled,
} from "./input.ts";
import type { KeyAttribute, KeySchema, KeyType } from "./keys.ts";
import { type TableSettings, warmThroughputIn } from "./table-settings.ts";

export type IndexDefinition = {
  readonly IndexName: string;
  readonly KeySchema: readonly KeyElement[];
  readonly Projection: {
    readonly ProjectionType: ProjectionType;
    readonly NonKeyAttributes?: readonly string[];
  };
  readonly ProvisionedThroughput: Throughput;
  readonly WarmThroughput?: TableSettings["WarmThroughput"];
};
export type KeyElement = { readonly AttributeName: string; readonly KeyType: "HASH" | "RANGE" };
export type Throughput = { readonly ReadCapacityUnits: number; readonly WriteCapacityUnits: number };
type ProjectionType = "ALL" | "KEYS_ONLY" | "INCLUDE";
type AttributeDefinition = { readonly AttributeName: string; readonly AttributeType: KeyType };

/** As it is stored, in the fields of AWS's own description. */
export type TableDefinition = {
  readonly TableName: string;
  readonly AttributeDefinitions: readonly AttributeDefinition[];
  readonly KeySchema: readonly KeyElement[];
  readonly GlobalSecondaryIndexes: readonly IndexDefinition[];
  readonly LocalSecondaryIndexes: readonly IndexDefinition[];
  readonly BillingMode: BillingMode;
  readonly ProvisionedThroughput: Throughput;
};
export type BillingMode = "PROVISIONED" | "PAY_PER_REQUEST";

const MAXIMUM_GLOBAL = 20;
const MAXIMUM_LOCAL = 5;
const onDemand: Throughput = { ReadCapacityUnits: 0, WriteCapacityUnits: 0 };

/** Throws a DynamoFailure if AWS would refuse it. */
export function readDefinition(input: Input): TableDefinition {
  const TableName = requiredName(input, "TableName");
  const AttributeDefinitions = mapsIn(
    requiredList(input, "AttributeDefinitions"),
    "AttributeDefinitions",
  ).map(
    (each): AttributeDefinition => ({
      AttributeName: requiredAttributeName(each),
      AttributeType: requiredWord(each, "AttributeType", ["B", "N", "S"]),
    }),
  );
  const BillingMode = billingModeIn(input) ?? "PROVISIONED";
  const KeySchema = readKeySchema(input, AttributeDefinitions);
  const indexes = (name: string, most: number) =>
    mapsIn(optionalList(input, name) ?? [], name).map((each, _, all) => {
      if (all.length > most) throw invalidValues(`Number of ${name} exceeds per-table limit of ${most}`);
      return readIndex(each, AttributeDefinitions, BillingMode);
    });
  const GlobalSecondaryIndexes = indexes("GlobalSecondaryIndexes", MAXIMUM_GLOBAL);
  const LocalSecondaryIndexes = indexes("LocalSecondaryIndexes", MAXIMUM_LOCAL);
  for (const index of LocalSecondaryIndexes) checkLocal(index, KeySchema);
  const all = [...GlobalSecondaryIndexes, ...LocalSecondaryIndexes];
  refuseTwice(all.map(({ IndexName }) => IndexName));
  const keys = new Set(
    [KeySchema, ...all.map((each) => each.KeySchema)].flat().map((key) => key.AttributeName),
  );
  if (AttributeDefinitions.some(({ AttributeName }) => !keys.has(AttributeName)))
    throw invalidValues(
      "Number of attributes in KeySchema does not exactly match number of attributes defined in AttributeDefinitions",
    );
  const ProvisionedThroughput = throughputIn(input, BillingMode);
  return {
    TableName,
    AttributeDefinitions,
    KeySchema,
    GlobalSecondaryIndexes,
    LocalSecondaryIndexes,
    BillingMode,
    ProvisionedThroughput,
  };
}

const NAME = /^[a-zA-Z0-9_.-]+$/;

const TABLE_ARN = /^arn:aws[\w-]*:dynamodb:[^:]*:[^:]*:table\/[a-zA-Z0-9_.-]{3,255}$/;

/** A table may be named by its ARN. */
export function requiredName(input: Input, parameter: "IndexName" | "TableName"): string {
  const name = requiredText(input, parameter);
  if (parameter === "TableName" && TABLE_ARN.test(name)) return name;
  if (!NAME.test(name))
    unfulfilled(name, parameter, "Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+");
  if (name.length < 3) unfulfilled(name, parameter, "Member must have length greater than or equal to 3");
  if (name.length > 255) unfulfilled(name, parameter, "Member must have length less than or equal to 255");
  return name;
}

/** Of a key; other attributes' names may be longer. */
function requiredAttributeName(input: Input): string {
  const name = requiredText(input, "AttributeName");
  if (name.length >= 1 && name.length <= 255) return name;
  const bound = name.length < 1 ? "greater than or equal to 1" : "less than or equal to 255";
  return unfulfilled(name, "AttributeName", `Member must have length ${bound}`);
}

function requiredWord<T extends string>(input: Input, name: string, words: readonly T[]): T {
  return optionalWord(input, name, words) ?? unfulfilled(null, name, "Member must not be null");
}

export const billingModeIn = (input: Input) =>
  optionalWord<BillingMode>(input, "BillingMode", ["PROVISIONED", "PAY_PER_REQUEST"]);

function readKeySchema(input: Input, definitions: readonly AttributeDefinition[]): KeyElement[] {
  const schema = mapsIn(requiredList(input, "KeySchema"), "KeySchema").map(
    (each): KeyElement => ({
      AttributeName: requiredAttributeName(each),
      KeyType: requiredWord(each, "KeyType", ["HASH", "RANGE"]),
    }),
  );
  const [hash, range, more] = schema;
  if (more && input.IndexName != null) throw invalid("Keys of several attributes are not served here");
  if (!hash || more) unfulfilled(schema.length, "KeySchema", "Member must have length between 1 and 2");
  if (hash.KeyType !== "HASH")
    throw invalid("Invalid KeySchema: The first KeySchemaElement is not a HASH key type");
  if (range?.KeyType === "HASH" && input.IndexName != null)
    throw invalid("Keys of several attributes are not served here");
  if (range && range.KeyType !== "RANGE")
    throw invalid("Invalid KeySchema: The second KeySchemaElement is not a RANGE key type");
  if (range?.AttributeName === hash.AttributeName)
    throw invalid("Both the Hash Key and the Range Key element in the KeySchema have the same name");
  const defined = definitions.map(({ AttributeName }) => AttributeName);
  const keys = schema.map(({ AttributeName }) => AttributeName);
  if (keys.some((key) => !defined.includes(key)))
    throw invalidValues(
      `Some index key attributes are not defined in AttributeDefinitions. Keys: [${keys.join(", ")}], AttributeDefinitions: [${defined.join(", ")}]`,
    );
  return schema;
}

export function readIndex(
  input: Input,
  definitions: readonly AttributeDefinition[],
  billing: BillingMode,
): IndexDefinition {
  const IndexName = requiredName(input, "IndexName");
  const projection = requiredMap(input, "Projection");
  const ProjectionType = optionalWord<ProjectionType>(projection, "ProjectionType", [
    "ALL",
    "INCLUDE",
    "KEYS_ONLY",
  ]);
  if (!ProjectionType) throw invalidValues("Unknown ProjectionType: null");
  const more = optionalList(projection, "NonKeyAttributes");
  if (more && ProjectionType !== "INCLUDE")
    throw invalidValues(`ProjectionType is ${ProjectionType}, but NonKeyAttributes is specified`);
  if (billing === "PAY_PER_REQUEST" && input.ProvisionedThroughput != null)
    throw invalidValues(
      `ProvisionedThroughput should not be specified for index: ${IndexName} when BillingMode is PAY_PER_REQUEST`,
    );
  const WarmThroughput = warmThroughputIn(input);
  return {
    IndexName,
    ...(WarmThroughput && { WarmThroughput }),
    KeySchema: readKeySchema(input, definitions),
    Projection: { ProjectionType, ...(more && { NonKeyAttributes: more.map(String) }) },
    ProvisionedThroughput: optionalThroughput(input) ?? onDemand,
  };
}

function checkLocal(
  { IndexName, KeySchema: [hash, range] }: IndexDefinition,
  table: readonly KeyElement[],
): void {
  if (table.length !== 2)
    throw invalidValues(
      "Table KeySchema does not have a range key, which is required when specifying a LocalSecondaryIndex",
    );
  if (!range) throw invalidValues(`Index KeySchema does not have a range key for index: ${IndexName}`);
  if (hash?.AttributeName !== table[0]?.AttributeName)
    throw invalidValues(
      `Index KeySchema does not have the same leading hash key as table KeySchema for index: ${IndexName}. index hash key: ${hash?.AttributeName}, table hash key: ${table[0]?.AttributeName}`,
    );
}

export function refuseTwice(names: readonly string[]): void {
  const twice = names.find((name, index) => names.indexOf(name) < index);
  if (twice !== undefined) throw invalidValues(`Duplicate index name: ${twice}`);
}

export function optionalThroughput(input: Input): Throughput | undefined {
  const given = optionalMap(input, "ProvisionedThroughput");
  if (!given) return undefined;
  const units = (name: keyof Throughput) =>
    optionalWhole(given, name) ??
    unfulfilled(null, `provisionedThroughput.${name}`, "Member must not be null");
  return { ReadCapacityUnits: units("ReadCapacityUnits"), WriteCapacityUnits: units("WriteCapacityUnits") };
}

/** Throws a DynamoFailure if the throughput contradicts the billing mode. */
export function throughputIn(input: Input, billing: BillingMode): Throughput {
  const given = optionalThroughput(input);
  if (billing === "PROVISIONED" && !given)
    throw invalidValues(
      "ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is PROVISIONED",
    );
  if (billing === "PAY_PER_REQUEST" && given)
    throw invalidValues(
      "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST",
    );
  return given ?? onDemand;
}

/** The key of a table or index, with the types of its attributes. */
export function keySchemaOf(
  elements: readonly KeyElement[],
  definitions: readonly AttributeDefinition[],
): KeySchema {
  const [hash, range] = elements.map(({ AttributeName: name }): KeyAttribute => {
    const type = definitions.find(({ AttributeName }) => AttributeName === name)?.AttributeType;
    return { name, type: type ?? "S" };
  });
  return { hash: hash as KeyAttribute, range };
}
