// Queues the writers of one process per SKU, so that only writers of other processes can collide with them.
import type { InventoryStore } from "../ports.ts";

/** By SKU, the end of the last write in line. */
export type Turns = Map<string, Promise<unknown>>;

/**
 * DynamoDB refuses a transaction that meets another one on the same item. In a batch of ten orders for one
 * SKU nine would be refused; to wait here costs less than to try again there.
 */
export function oneWriterPerSku(store: InventoryStore, lastInLine: Turns = new Map()): InventoryStore {
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
    save: (next, movement) =>
      movement ? inTurn(skusOf(movement.lines), () => store.save(next, movement)) : store.save(next),
    adjust: (adjustment) => inTurn([adjustment.sku], () => store.adjust(adjustment)),
  };
}
