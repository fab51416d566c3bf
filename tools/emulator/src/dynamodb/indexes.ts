// The entries of a table's indexes: under the index's key stands the key of the item.

import { keyIn, placeIn } from "./keys.ts";
import type { Change } from "./rows.ts";
import type { Index, Table } from "./table-registry.ts";
import { type AttributeValue, at, type Item, set } from "./values.ts";

/** The changes of the table's indexes that a write of the item causes. */
export function indexChanges(
  table: Table,
  itemKey: string,
  before: Item | undefined,
  after: Item | undefined,
): Change[] {
  const changes: Change[] = [];
  for (const { key, space } of table.indexes) {
    const [old, now] = [before && keyIn(before, key), after && keyIn(after, key)];
    if (old === now) continue;
    if (old !== undefined) changes.push({ space, key: placeIn(old, itemKey), remove: true });
    if (now !== undefined) changes.push({ space, key: placeIn(now, itemKey), value: itemKey });
  }
  return changes;
}

/** The entry of an existing item in a new index. */
export function entryOf({ key, space }: Index, itemKey: string, item: Item): Change[] {
  const place = keyIn(item, key);
  return place === undefined ? [] : [{ space, key: placeIn(place, itemKey), value: itemKey }];
}

/** The item's projection in the index. */
export function shownIn({ shows }: Index, item: Item): Item {
  if (!shows) return item;
  const shown: Record<string, AttributeValue> = {};
  for (const name of shows) {
    const value = at(item, name);
    if (value) set(shown, name, value);
  }
  return shown;
}
