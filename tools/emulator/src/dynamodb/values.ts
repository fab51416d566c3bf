// Attribute values as tables keep them: validated and copied on arrival, then immutable.
import { failure, invalid, invalidValues } from "./errors.ts";
import { isMap } from "./input.ts";
import { compareNumbers, readNumber, shapeOfNumber } from "./numbers.ts";

export type AttributeValue =
  | { readonly S: string }
  | { readonly N: string }
  /** In base64, as on the wire. */
  | { readonly B: string }
  | { readonly BOOL: boolean }
  | { readonly NULL: true }
  | { readonly SS: readonly string[] }
  | { readonly NS: readonly string[] }
  | { readonly BS: readonly string[] }
  | { readonly L: readonly AttributeValue[] }
  | { readonly M: Item };
export type Item = { readonly [name: string]: AttributeValue };
export type Type = "S" | "N" | "B" | "BOOL" | "NULL" | "SS" | "NS" | "BS" | "L" | "M";

export const types: readonly Type[] = ["S", "N", "B", "BOOL", "NULL", "SS", "NS", "BS", "L", "M"];

export function typeOf(value: AttributeValue): Type {
  for (const type in value) return type as Type;
  throw new TypeError("An attribute value has no type.");
}

/** The value's content, if it has that type. */
export const contentOf = <T>(value: AttributeValue | undefined, type: Type): T | undefined =>
  value === undefined ? undefined : ((value as Record<string, unknown>)[type] as T | undefined);

/** The attribute of an item, also one that is named like a property of every JavaScript object. */
export const at = (item: Item, name: string): AttributeValue | undefined =>
  Object.hasOwn(item, name) ? item[name] : undefined;

export function set<T>(map: Record<string, T>, name: string, value: T): void {
  if (name !== "__proto__") map[name] = value;
  else Object.defineProperty(map, name, { value, configurable: true, enumerable: true, writable: true });
}

/** Lists and maps within each other (DynamoDB guide, "Constraints", "Nested attribute depth"). */
const MOST_LEVELS = 32;

export const tooDeep = () =>
  invalid(
    "Nesting Levels have exceeded supported limits: Attributes in the item have nested levels beyond supported limit",
  );

/** A copy that no caller can change. Throws a DynamoFailure if it is no map of attribute values. */
export function keepItem(given: unknown, levels = 0): Item {
  if (!isMap(given)) throw wrongType();
  const copy: Record<string, AttributeValue> = {};
  for (const name of Object.keys(given)) {
    const problem = nameProblem(name);
    if (problem !== undefined) throw invalid(problem);
    set(copy, name, keepValue(given[name], levels));
  }
  return copy;
}

/** Bytes. The guide's 64 KB are one less (Alternator's tests, which also run against AWS). */
const LONGEST_NAME = 65_535;

/** Why an attribute cannot have the name. */
export function nameProblem(name: string): string | undefined {
  if (name === "") return "Empty attribute name";
  if (name.length * 3 <= LONGEST_NAME || Buffer.byteLength(name) <= LONGEST_NAME) return undefined;
  return `Attribute name is too large, must be less than ${LONGEST_NAME + 1} bytes`;
}

export function keepValue(given: unknown, levels = 0): AttributeValue {
  if (!isMap(given)) throw wrongType();
  let found: Type | undefined;
  for (const type in given) {
    if (given[type] == null || !types.includes(type as Type)) continue;
    if (found !== undefined)
      throw invalid(
        "Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes",
      );
    found = type as Type;
  }
  if (found === undefined)
    throw invalid("Supplied AttributeValue is empty, must contain exactly one of the supported datatypes");
  if ((found === "L" || found === "M") && levels === MOST_LEVELS) throw tooDeep();
  return kept(found, given[found], levels);
}

/** Throws a DynamoFailure for an item that an update made too deep. */
export function refuseTooDeep(item: Item | readonly AttributeValue[], levels = 0): void {
  for (const value of Object.values<AttributeValue>(item)) {
    if (!("M" in value) && !("L" in value)) continue;
    if (levels === MOST_LEVELS) throw tooDeep();
    refuseTooDeep("M" in value ? value.M : value.L, levels + 1);
  }
}

function kept(type: Type, content: unknown, levels: number): AttributeValue {
  switch (type) {
    case "S":
      return { S: asText(content) };
    case "N":
      return { N: readNumber(asText(content)) };
    case "B":
      return { B: asBase64(content) };
    case "BOOL":
      if (typeof content !== "boolean") throw wrongType();
      return { BOOL: content };
    case "NULL":
      if (content !== true) throw invalidValues("Null attribute value types must have the value of true");
      return { NULL: true };
    case "SS":
      return { SS: asSet(content, asText, "An string set  may not be empty") };
    case "NS":
      return { NS: asSet(content, (each) => readNumber(asText(each)), "An number set  may not be empty") };
    case "BS":
      return { BS: asSet(content, asBase64, "Binary sets should not be empty") };
    case "L":
      if (!Array.isArray(content)) throw wrongType();
      return { L: content.map((each) => keepValue(each, levels + 1)) };
    case "M":
      return { M: keepItem(content, levels + 1) };
  }
}

function asText(content: unknown): string {
  if (typeof content === "string") return content;
  throw wrongType();
}

function asBase64(content: unknown): string {
  const text = asText(content);
  if (Buffer.from(text, "base64").toString("base64") === text) return text;
  throw failure("SerializationException", "only base-64-encoded strings are convertible to bytes");
}

function asSet(content: unknown, keep: (each: unknown) => string, whenEmpty: string): readonly string[] {
  if (!Array.isArray(content)) throw wrongType();
  if (content.length === 0) throw invalidValues(whenEmpty);
  const values = content.map(keep);
  if (new Set(values).size < values.length)
    throw invalidValues(`Input collection [${values.join(", ")}] contains duplicates.`);
  return values;
}

const wrongType = () =>
  failure("SerializationException", "An attribute value is not of the type it should be");

export function isEqual(a: AttributeValue, b: AttributeValue): boolean {
  if (a === b) return true;
  const type = typeOf(a);
  if (type !== typeOf(b)) return false;
  const [one, other] = [contentOf<never>(a, type), contentOf<never>(b, type)];
  switch (type) {
    case "SS":
    case "NS":
    case "BS":
      return areEqualSets(one ?? [], other ?? []);
    case "L":
      return areEqualLists(one ?? [], other ?? []);
    case "M":
      return areEqualMaps(one ?? {}, other ?? {});
    default:
      return one === other;
  }
}

const areEqualSets = (a: readonly string[], b: readonly string[]) =>
  a.length === b.length && a.every((each) => b.includes(each));

const areEqualLists = (a: readonly AttributeValue[], b: readonly AttributeValue[]) =>
  a.length === b.length && a.every((each, index) => isEqual(each, b[index] as AttributeValue));

function areEqualMaps(a: Item, b: Item): boolean {
  const names = Object.keys(a);
  if (names.length !== Object.keys(b).length) return false;
  return names.every((name) => {
    const other = at(b, name);
    return other !== undefined && isEqual(a[name] as AttributeValue, other);
  });
}

/** Negative if a comes before b; undefined for different types, and for types without an order. */
export function compare(a: AttributeValue | undefined, b: AttributeValue | undefined): number | undefined {
  if (!a || !b) return undefined;
  if ("N" in a) return "N" in b ? compareNumbers(a.N, b.N) : undefined;
  if ("S" in a) return "S" in b ? compareTexts(a.S, b.S) : undefined;
  if ("B" in a && "B" in b) return Buffer.compare(Buffer.from(a.B, "base64"), Buffer.from(b.B, "base64"));
  return undefined;
}

/** By the bytes of UTF-8; JavaScript compares by UTF-16 units. */
function compareTexts(a: string, b: string): number {
  if (a === b) return 0;
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

/** Bytes of names and values (DynamoDB guide, "Item sizes and formats"). */
export function sizeOf(item: Item): number {
  let bytes = 0;
  for (const name of Object.keys(item))
    bytes += Buffer.byteLength(name) + sizeOfValue(item[name] as AttributeValue);
  return bytes;
}

const CONTAINER_BYTES = 3;

function sizeOfValue(value: AttributeValue): number {
  if ("S" in value) return Buffer.byteLength(value.S);
  if ("N" in value) return sizeOfNumber(value.N);
  if ("B" in value) return Buffer.byteLength(value.B, "base64");
  if ("M" in value) return CONTAINER_BYTES + Object.keys(value.M).length + sizeOf(value.M);
  if ("L" in value) return value.L.reduce((bytes, each) => bytes + 1 + sizeOfValue(each), CONTAINER_BYTES);
  if ("SS" in value) return value.SS.reduce((bytes, each) => bytes + Buffer.byteLength(each), 0);
  if ("NS" in value) return value.NS.reduce((bytes, each) => bytes + sizeOfNumber(each), 0);
  if ("BS" in value) return value.BS.reduce((bytes, each) => bytes + Buffer.byteLength(each, "base64"), 0);
  return 1;
}

/** Two digits are a byte, by their pairs around the point (dynalite, checked against AWS). */
export function sizeOfNumber(text: string): number {
  const { digits, isNegative, magnitude } = shapeOfNumber(text);
  if (digits === 0) return 1;
  const isSplit = digits % 2 === 0 && magnitude % 2 === 0;
  return 1 + Math.ceil(digits / 2) + (isSplit ? 1 : 0) + (isNegative ? 1 : 0);
}
