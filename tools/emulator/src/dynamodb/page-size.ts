// How many bytes an item takes of a page, which is not its size: a page ends by the bytes that are stored.
// Source: the figures of dynalite's tests of Query and Scan, which were measured at AWS.
import type { KeySchema } from "./keys.ts";
import { type AttributeValue, type Item, sizeOfNumber } from "./values.ts";

/** Each begun block of so many bytes has its own head, with the sort key in it. */
const BLOCK = 3072;
const HEAD = 18;

/** Of an item in a table with this key. */
export function pageSizeOf(item: Item, { range }: KeySchema): number {
  let bytes = 0;
  for (const name of Object.keys(item)) if (name !== range?.name) bytes += 1 + stored(item[name]);
  const sortKey = range ? plain(item[range.name]) : 0;
  return 2 + bytes + (1 + Math.floor((1 + bytes) / BLOCK)) * (HEAD + sortKey);
}

/** A value with what tells its type and length; an attribute's name takes one byte. */
function stored(value: AttributeValue | undefined): number {
  const bytes = plain(value);
  if (!value || "L" in value || "M" in value || "BOOL" in value) return bytes;
  if ("NULL" in value) return 0;
  if ("S" in value) return bytes + (bytes < 128 ? 1 : bytes < 16_384 ? 2 : 3);
  const [elements] = Object.values(value);
  return bytes + 1 + (Array.isArray(elements) ? elements.length : 0);
}

const sum = <T>(list: readonly T[], of: (each: T) => number) =>
  list.reduce((bytes, each) => bytes + of(each), 0);
const base64 = (text: string) => Buffer.byteLength(text, "base64");
const CONTAINER = 3;

function plain(value: AttributeValue | undefined): number {
  if (!value) return 0;
  if ("S" in value) return Buffer.byteLength(value.S);
  if ("N" in value) return sizeOfNumber(value.N);
  if ("B" in value) return base64(value.B);
  if ("SS" in value) return sum(value.SS, Buffer.byteLength);
  if ("NS" in value) return sum(value.NS, sizeOfNumber);
  if ("BS" in value) return sum(value.BS, base64);
  if ("L" in value) return CONTAINER + sum(value.L, (each) => 1 + stored(each));
  if ("M" in value) return CONTAINER + sum(Object.values(value.M), (each) => 2 + stored(each));
  return 1;
}
