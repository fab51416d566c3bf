// What a checker sees of an item: an order as its own service reads it, everything else as it lies in the table.
import { toOrder } from "@order-saga/orders/store/record";
import type { Item } from "./checkers/observed.ts";

/** Items are replaced, never changed, so each is read once. */
const known = new WeakMap<Item, Item>();

export function readable(item: Item): Item {
  if (item.sk !== "ORDER") return item;
  const before = known.get(item);
  if (before) return before;
  const read = { pk: item.pk, sk: item.sk, ...toOrder(item) };
  known.set(item, read);
  return read;
}
