// Lets the writers of one process take turns at a SKU, so that only other processes can collide with them.
import type { InventoryStore } from "./store.ts";

/**
 * DynamoDB refuses a transaction that meets another one on the same item. A batch of ten orders for one SKU would
 * refuse itself nine times over; waiting in line here costs less than trying again there.
 */
export function takingTurns(store: InventoryStore): InventoryStore {
  const lastInLine = new Map<string, Promise<unknown>>();

  function inTurn<T>(skus: readonly string[], write: () => Promise<T>): Promise<T> {
    const before = Promise.all(skus.map((sku) => lastInLine.get(sku)));
    const mine = before.then(write);
    const done = mine
      .catch(() => {})
      .then(() => {
        for (const sku of skus) if (lastInLine.get(sku) === done) lastInLine.delete(sku);
      });
    for (const sku of skus) lastInLine.set(sku, done);
    return mine;
  }

  const skusOf = (lines: readonly { sku: string }[]) => lines.map((line) => line.sku);
  return {
    ...store,
    reserve: (reservation) => inTurn(skusOf(reservation.lines), () => store.reserve(reservation)),
    write: (next, movement) =>
      movement ? inTurn(skusOf(next.lines), () => store.write(next, movement)) : store.write(next, movement),
    adjust: (adjustment) => inTurn([adjustment.sku], () => store.adjust(adjustment)),
  };
}
