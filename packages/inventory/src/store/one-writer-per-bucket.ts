// Queues the writers of one process per bucket, so that only writers of other processes collide with them.
import { bucketHeld, bucketId } from "@order-saga/protocol/stock";
import type { InventoryStore } from "../ports.ts";
import type { Reservation } from "../reservation.ts";

/** By bucket, the end of the last write in line. */
export type Turns = Map<string, Promise<unknown>>;

/**
 * DynamoDB refuses a transaction that meets another one on the same item. In a batch of ten orders for one
 * SKU nine would be refused; to wait here costs less than to try again there.
 */
export function oneWriterPerBucket(store: InventoryStore, lastInLine: Turns = new Map()): InventoryStore {
  function inTurn<T>(buckets: readonly string[], write: () => Promise<T>): Promise<T> {
    const before = Promise.all(buckets.map((bucket) => lastInLine.get(bucket)));
    const mine = before.then(write);
    const done = mine
      .catch(() => {})
      .then(() => {
        for (const bucket of buckets) if (lastInLine.get(bucket) === done) lastInLine.delete(bucket);
      });
    for (const bucket of buckets) lastInLine.set(bucket, done);
    return mine;
  }

  const bucketsOf = (holder: Reservation, lines: Reservation["lines"]) =>
    lines.map(({ sku }) => bucketHeld(holder, sku));
  return {
    ...store,
    reserve: (reservation) =>
      inTurn(bucketsOf(reservation, reservation.lines), () => store.reserve(reservation)),
    save: (next, movement) =>
      movement
        ? inTurn(bucketsOf(next, [...movement.lines]), () => store.save(next, movement))
        : store.save(next),
    move(move) {
      const from = move.from.map(({ bucket }) => bucketId(move.sku, bucket));
      return inTurn([bucketId(move.sku, move.into), ...from], () => store.move(move));
    },
    adjust: (adjustment) => inTurn([adjustment.sku], () => store.adjust(adjustment)),
  };
}
