// What the requests of the embedded tables take of their throughput.
import { keyIn, partitionOf, partOf } from "../keys.ts";
import type { Change } from "../rows.ts";
import type { Index, Table } from "../table-registry.ts";
import { type AttributeValue, type Item, sizeOf } from "../values.ts";
import type { Demand } from "./throughput.ts";

const WRITE_BLOCK = 1024;
const READ_BLOCK = 4096;

const blocks = (bytes: number, block: number) => Math.max(1, Math.ceil(bytes / block));
const bytesOf = (item: Item | undefined) => (item ? sizeOf(item) : 0);

export const readOf = (key: string, item: Item | undefined): Demand => ({
  of: key,
  kind: "read",
  key: partitionOf(key),
  units: blocks(bytesOf(item), READ_BLOCK),
});

/** An eventually consistent read of all that was found. */
export const queryOf = (
  index: Index | undefined,
  partition: AttributeValue,
  items: readonly Item[],
): Demand => ({
  ...(index && { index: index.name }),
  kind: "read",
  key: partOf(partition),
  units:
    blocks(
      items.reduce((bytes, item) => bytes + sizeOf(item), 0),
      READ_BLOCK,
    ) / 2,
});

export const writeOf = (key: string, before: Item | undefined, after?: Item): Demand => ({
  of: key,
  kind: "write",
  key: partitionOf(key),
  units: blocks(Math.max(bytesOf(before), bytesOf(after)), WRITE_BLOCK),
});

/** Of its global indexes; an entry that moves is taken away and put. */
export function indexWritesOf(
  table: Table,
  key: string,
  changes: readonly Change[],
  items: readonly (Item | undefined)[],
): Demand[] {
  return table.indexes.flatMap((index) => {
    const units = index.isLocal ? 0 : changes.filter(({ space }) => space === index.space).length;
    const place = items.map((item) => item && keyIn(item, index.key)).find((found) => found !== undefined);
    return units > 0 && place !== undefined
      ? [{ of: key, index: index.name, kind: "write" as const, key: partitionOf(place), units }]
      : [];
  });
}
