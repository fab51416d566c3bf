// Attribute values as a table keeps them: copied on write, immutable afterwards, maps without key order.

export type Value = null | string | number | boolean | readonly Value[] | { readonly [name: string]: Value };
export type Attributes = { readonly [name: string]: Value };

const kept = new WeakSet<object>();

/**
 * The value as the table keeps it. Keys of a map are sorted, because DynamoDB promises no order; undefined is
 * left out. Throws a TypeError for what the document client cannot marshall.
 */
export function keep(value: unknown): Value {
  switch (typeof value) {
    case "string":
    case "boolean":
      return value;
    case "number":
      if (!Number.isFinite(value)) throw new TypeError("A number in an item is not finite.");
      return value;
    case "object":
      return value === null ? null : keepObject(value);
    default:
      throw new TypeError(`A ${typeof value} cannot be stored in an item.`);
  }
}

function keepObject(value: object): Value {
  // What was read from a table is frozen already, and most of a record is what was read.
  if (kept.has(value)) return value as Value;
  const copy = Array.isArray(value)
    ? value.filter((each) => each !== undefined).map(keep)
    : keepMap(value as Record<string, unknown>);
  Object.freeze(copy);
  kept.add(copy);
  return copy;
}

function keepMap(value: Record<string, unknown>): Attributes {
  const prototype = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) {
    throw new TypeError(`A ${prototype.constructor?.name ?? "value"} cannot be stored in an item.`);
  }
  const copy: Record<string, Value> = {};
  for (const name of Object.keys(value).sort()) {
    if (value[name] !== undefined) copy[name] = keep(value[name]);
  }
  return copy;
}

export const keepItem = (item: Readonly<Record<string, unknown>>): Attributes => keep(item) as Attributes;

/** Numbers with numbers and strings with strings; undefined for anything else. */
export function compare(a: Value | undefined, b: Value | undefined): number | undefined {
  if (typeof a === "number" && typeof b === "number") return a - b;
  if (typeof a === "string" && typeof b === "string") return a < b ? -1 : a > b ? 1 : 0;
  return undefined;
}

export function isEqual(a: Value | undefined, b: Value | undefined): boolean {
  if (a === b) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  return JSON.stringify(a) === JSON.stringify(b);
}
