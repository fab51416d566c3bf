// Encodes keys as texts that sort as DynamoDB sorts the keys, so that any ordered store can hold a table.
import { invalid, invalidValues } from "./errors.ts";
import { sortable } from "./numbers.ts";
import { type AttributeValue, at, contentOf, type Item, typeOf } from "./values.ts";

export type KeyType = "S" | "N" | "B";
export type KeyAttribute = { readonly name: string; readonly type: KeyType };
export type KeySchema = { readonly hash: KeyAttribute; readonly range: KeyAttribute | undefined };

/** From `from` inclusive to `to` exclusive. */
export type Range = { readonly from: string; readonly to: string };

/** Terminates a part of a key; it sorts before every byte of a part. */
const END = "\u0001";
/** Sorts after a part's terminator, and before every longer part with the same beginning. */
const BEHIND = "\u0002";
/** Sorts after every byte. */
const LAST = "\u0100";
const NEEDS_NO_CARE = /^[ -~]*$/;

/** Bytes as characters; the three special ones are escaped. */
export function partOf(value: AttributeValue): string {
  if ("N" in value) return sortable(value.N);
  const text = contentOf<string>(value, "S");
  if (text !== undefined && NEEDS_NO_CARE.test(text)) return text;
  const characters = Array.from(bytesOf(value), (byte) =>
    byte <= BEHIND.charCodeAt(0) ? BEHIND + String.fromCharCode(byte + 1) : String.fromCharCode(byte),
  );
  return characters.join("");
}

const bytesOf = (value: AttributeValue) =>
  "B" in value ? Buffer.from(value.B, "base64") : Buffer.from(contentOf<string>(value, "S") ?? "");

/** The item's key; undefined if it lacks a key attribute, as items outside a sparse index do. */
export function keyIn(item: Item, { hash, range }: KeySchema): string | undefined {
  const first = at(item, hash.name);
  if (!first) return undefined;
  if (!range) return partOf(first) + END;
  const second = at(item, range.name);
  return second && partOf(first) + END + partOf(second) + END;
}

/** The partition key's part of a key. */
export const partitionOf = (key: string) => key.slice(0, key.indexOf(END));

/** The key of an index entry; many items may share one index key. */
export const placeIn = (key: string, itemKey: string) => key + itemKey;

export type SortCondition =
  | { readonly operator: "=" | "<" | "<=" | ">" | ">="; readonly value: AttributeValue }
  | { readonly operator: "begins_with"; readonly value: AttributeValue }
  | { readonly operator: "between"; readonly value: AttributeValue; readonly upper: AttributeValue };

/** The range of a partition's items that fulfil the condition on their sort key. */
export function rangeOf(partition: AttributeValue, condition?: SortCondition): Range {
  const first = partOf(partition);
  const [begin, end] = [first + END, first + BEHIND];
  if (!condition) return { from: begin, to: end };
  const bound = begin + partOf(condition.value);
  switch (condition.operator) {
    case "=":
      return { from: bound + END, to: bound + BEHIND };
    case "<":
      return { from: begin, to: bound + END };
    case "<=":
      return { from: begin, to: bound + BEHIND };
    case ">":
      return { from: bound + BEHIND, to: end };
    case ">=":
      return { from: bound + END, to: end };
    case "begins_with":
      return { from: bound, to: bound + LAST };
    case "between":
      return { from: bound + END, to: begin + partOf(condition.upper) + BEHIND };
  }
}

export const everything: Range = { from: "", to: LAST };
export const behind = (key: string): string => `${key}\0`;

/** Bytes (DynamoDB guide, "Constraints"). */
const MAXIMUM_HASH_BYTES = 2048;
const MAXIMUM_RANGE_BYTES = 1024;

/** The key that a request gives by itself. Throws a DynamoFailure if it does not fit the table. */
export function keyOfKey(key: Item, schema: KeySchema): string {
  const { hash, range } = schema;
  const isRight = (attribute: KeyAttribute) => {
    const value = at(key, attribute.name);
    return value !== undefined && typeOf(value) === attribute.type;
  };
  if (Object.keys(key).length !== (range ? 2 : 1) || !isRight(hash) || (range && !isRight(range)))
    throw invalid("The provided key element does not match the schema");
  return sized(key, schema);
}

/** The key of an item to be put. Throws a DynamoFailure if a key attribute is missing. */
export function keyOfItem(item: Item, schema: KeySchema): string {
  for (const attribute of [schema.hash, schema.range]) {
    if (!attribute) continue;
    const value = at(item, attribute.name);
    if (!value) throw invalidValues(`Missing the key ${attribute.name} in the item`);
    if (typeOf(value) !== attribute.type)
      throw invalidValues(
        `Type mismatch for key ${attribute.name} expected: ${attribute.type} actual: ${typeOf(value)}`,
      );
  }
  return sized(item, schema);
}

function sized(item: Item, schema: KeySchema): string {
  const { hash, range } = schema;
  for (const attribute of [hash, range]) {
    const value = attribute && at(item, attribute.name);
    if (!value) continue;
    refuseEmpty(attribute, value);
    refuseTooLong(value, attribute === hash);
  }
  return keyIn(item, schema) ?? "";
}

/** Of a table or an index. */
export function refuseTooLong(value: AttributeValue, isHash: boolean): void {
  const bytes = bytesOf(value).length;
  if (isHash && bytes > MAXIMUM_HASH_BYTES)
    throw invalidValues("Size of hashkey has exceeded the maximum size limit of2048 bytes");
  if (!isHash && bytes > MAXIMUM_RANGE_BYTES)
    throw invalidValues("Aggregated size of all range keys has exceeded the size limit of 1024 bytes");
}

function refuseEmpty({ name, type }: KeyAttribute, value: AttributeValue): void {
  if (type === "N" || contentOf<string>(value, type) !== "") return;
  const what = type === "S" ? "string" : "binary";
  throw invalid(
    `One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty ${what} value. Key: ${name}`,
  );
}
