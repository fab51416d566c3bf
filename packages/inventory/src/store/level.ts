// What is read of a SKU's buckets: each one's free units, and the sum that is shown.
import type { StockLevel } from "@order-saga/contracts";
import type { Bucket } from "../buckets.ts";

/** A bucket that was never filled has no record. */
export const toBucket = ({ available = 0, given = 0 }: Partial<Bucket> = {}): Bucket => ({
  available,
  given,
});

type Buckets = readonly [StockLevel, ...(StockLevel | undefined)[]];

/** The first is the head, which is there; the others where they were filled. */
export function sumOfBuckets([head, ...others]: Buckets): StockLevel {
  const { buckets = 1, sku } = head;
  const sum = (counter: "available" | "reserved" | "sold") =>
    others.reduce((total, each) => total + (each?.[counter] ?? 0), head[counter]);
  const counters = { available: sum("available"), reserved: sum("reserved"), sold: sum("sold") };
  return { sku, ...counters, ...(buckets > 1 && { buckets }) };
}
