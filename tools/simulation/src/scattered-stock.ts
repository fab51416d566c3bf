// Scatters units of a SKU over its buckets before the first order, as earlier orders have left them.
import { stockRecord } from "@order-saga/protocol/records";
import { bucketId } from "@order-saga/protocol/stock";
import type { Table } from "./dynamodb/table.ts";
import { keepItem } from "./dynamodb/values.ts";
import type { Plan, PlannedProduct } from "./plan.ts";
import type { TableOf } from "./tables.ts";

export function scatterStock({ products }: Plan, tableOf: TableOf): void {
  for (const product of products) scatter(tableOf(stockRecord.service), product);
}

/** What was put in stays what it was: units leave the head as they come into another bucket. */
function scatter(table: Table, { scattered, sku }: PlannedProduct): void {
  const key = stockRecord.key(sku);
  const head = table.get(key);
  if (!scattered || !head) return;
  let left = Number(head.available);
  for (const [index, wanted] of scattered.entries()) {
    const bucket = index + 1;
    const available = Math.min(wanted, left);
    left -= available;
    const counters = { available, reserved: 0, sold: 0, restocked: available, given: 1 };
    const ofBucket = stockRecord.key(bucketId(sku, bucket));
    table.put(ofBucket, keepItem({ ...ofBucket, sku, bucket, ...counters }), 0);
  }
  const restocked = Number(head.restocked) - (Number(head.available) - left);
  table.put(key, keepItem({ ...head, available: left, restocked, buckets: scattered.length + 1 }), 0);
}
