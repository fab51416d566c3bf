// How a process comes to know a SKU's buckets: one by one, each read a call that others may act between.
import type { Stock } from "@order-saga/inventory/buckets";
import { type Sightings, saw } from "@order-saga/inventory/sightings";
import { product } from "./product.ts";

/** One bucket, and how many the SKU has by now: that counts only of the head, whose record tells it. */
export type BucketRead = { bucket: number; available: number; given: number; buckets: number };

/** The head first, as the table is read; the others in any order. */
export async function readBuckets(
  readAny: (of: readonly number[]) => Promise<BucketRead>,
): Promise<ReadonlyMap<string, Stock>> {
  const head = await readAny([0]);
  const read = [head];
  const unread = new Set(Array.from({ length: head.buckets - 1 }, (_, n) => n + 1));
  while (unread.size > 0) {
    const found = await readAny([...unread]);
    unread.delete(found.bucket);
    read.push(found);
  }
  const stock = read.toSorted((a, b) => a.bucket - b.bucket);
  return new Map([[product.sku, stock.map(({ available, given }) => ({ available, given }))]]);
}

/** What is believed to be available by bucket; nothing if the process has never looked. */
export function sightingsOf(available: readonly number[]): Sightings {
  const sightings: Sightings = new Map();
  const seen = available.map((each) => ({ available: each, given: 0 }));
  if (seen.length > 0) saw(sightings, new Map([[product.sku, seen]]));
  return sightings;
}
