// Takes the stock of a rebuilt reservation from the head of each SKU, wherever its units lie by now.
import { gather } from "@order-saga/inventory/buckets";
import type { InventoryStore } from "@order-saga/inventory/ports";
import type { Reservation } from "@order-saga/inventory/reservation";

/** No event names the bucket of a reservation; what the head lacks is moved into it from the others. */
export async function takeStock(inventory: InventoryStore, next: Reservation) {
  const result = await inventory.reserve(next);
  if (result !== "short") return result;
  const stock = await inventory.stock(next.lines.map(({ sku }) => sku));
  for (const { quantity, sku } of next.lines) {
    const available = (stock.get(sku) ?? []).map((bucket) => bucket.available);
    const move = gather(sku, 0, quantity, available);
    if (move) await inventory.move(move);
  }
  return inventory.reserve(next);
}
