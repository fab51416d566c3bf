// Entries of a table's indexes: each is at its place by the index's key and holds the item's own key, so that it changes only with either.

import { keyIn, placeIn } from "./keys.ts";
import type { Change } from "./rows.ts";
import type { Index, Table } from "./table-registry.ts";
import { type AttributeValue, at, type Item, set } from "./values.ts";

/** What a write of the item changes in the table's indexes. */
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

/** The entry of one item, for an index that is made when there are items already. */
export function entryOf({ key, space }: Index, itemKey: string, item: Item): Change[] {
  const place = keyIn(item, key);
  return place === undefined ? [] : [{ space, key: placeIn(place, itemKey), value: itemKey }];
}

/** The item as the index shows it. */
export function shownIn({ shows }: Index, item: Item): Item {
  if (!shows) return item;
  const shown: Record<string, AttributeValue> = {};
  for (const name of shows) {
    const value = at(item, name);
    if (value) set(shown, name, value);
  }
  return shown;
}
