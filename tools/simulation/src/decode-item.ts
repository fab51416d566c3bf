// Decodes an item for the checkers: orders as the orders service reads them, other records as stored.
import { toOrder } from "@order-saga/orders/store/record";
import { orderRecord } from "@order-saga/protocol/records";
import type { Item } from "./checkers/observed.ts";

/** Items are replaced, never changed, so each is read once. */
const known = new WeakMap<Item, Item>();

export function decodeItem(item: Item): Item {
  if (!orderRecord.is(item)) return item;
  const before = known.get(item);
  if (before) return before;
  const read = { pk: item.pk, sk: item.sk, ...toOrder(item) };
  known.set(item, read);
  return read;
}
