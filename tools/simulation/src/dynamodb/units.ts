// DynamoDB's arithmetic: how large an item is, and how many units reading and writing it costs.
import type { IndexManifest } from "@order-saga/messaging/manifest";

export type Item = Readonly<Record<string, unknown>>;

const WRITE_BLOCK = 1024;
const READ_BLOCK = 4096;

/** Bytes of an item (DynamoDB developer guide, "Item sizes and formats"): names and values, UTF-8. */
export function itemBytes(item: Item): number {
  return Object.entries(item).reduce(
    (sum, [name, value]) => sum + (value === undefined ? 0 : Buffer.byteLength(name) + valueBytes(value)),
    0,
  );
}

function valueBytes(value: unknown): number {
  if (typeof value === "string") return Buffer.byteLength(value);
  if (typeof value === "number") return numberBytes(value);
  if (typeof value !== "object" || value === null) return 1;
  // Three bytes for a list or a map, one more for each of its elements.
  if (Array.isArray(value)) return value.reduce((sum: number, each) => sum + 1 + valueBytes(each), 3);
  return 3 + Object.keys(value).length + itemBytes(value as Item);
}

/** A byte for two significant digits, one more, and one for a sign. */
function numberBytes(value: number): number {
  const digits = String(Math.abs(value))
    .replace(/e.*$|\./g, "")
    .replace(/^0+|0+$/g, "");
  return Math.ceil(digits.length / 2) + 1 + (value < 0 ? 1 : 0);
}

/** Of one write to the table: by the larger of the item before and after; at least one. */
export function writeUnits(before: Item | undefined, after: Item | undefined): number {
  const bytes = Math.max(before ? itemBytes(before) : 0, after ? itemBytes(after) : 0);
  return Math.max(1, Math.ceil(bytes / WRITE_BLOCK));
}

/** Of one consistent read; what is not there costs one. */
export function readUnits(item: Item | undefined): number {
  return Math.max(1, Math.ceil((item ? itemBytes(item) : 0) / READ_BLOCK));
}

/** Of one query of an index, which is eventually consistent: half a unit for 4 KB of all that it found. */
export function queryUnits(items: readonly Item[]): number {
  return Math.max(1, Math.ceil(items.reduce((sum, item) => sum + itemBytes(item), 0) / READ_BLOCK)) / 2;
}

/**
 * Units of the index write that a table write causes (guide, "Write capacity considerations for GSI"):
 * one to put, to change or to take away; two where its key changes; none if what it holds stays the same.
 */
export function indexWriteUnits(
  index: IndexManifest,
  before: Item | undefined,
  after: Item | undefined,
): number {
  const old = projected(index, before);
  const next = projected(index, after);
  if (!old && !next) return 0;
  if (!old || !next) return writeUnits(old, next);
  const isMoved = keysOf(index).some((key) => old[key] !== next[key]);
  if (isMoved) return writeUnits(old, undefined) + writeUnits(undefined, next);
  return JSON.stringify(old) === JSON.stringify(next) ? 0 : writeUnits(old, next);
}

const keysOf = ({ partitionKey, sortKey }: IndexManifest) => [partitionKey, ...(sortKey ? [sortKey] : [])];

function projected(index: IndexManifest, item: Item | undefined): Item | undefined {
  const keys = keysOf(index);
  if (!item || keys.some((key) => item[key] === undefined)) return undefined;
  if (index.projection === "all") return item;
  return Object.fromEntries(["pk", "sk", ...keys].map((key) => [key, item[key]]));
}
