// What a table keeps of each bulk, gathered from its items.
import { noRows, type Outcome, type Row, type Tally } from "@order-saga/orders/bulk/bulk";
import type { Order } from "@order-saga/orders/order";
import { toBulk } from "@order-saga/orders/store/bulks-dynamodb";
import { bulkChunk, bulkRow, bulkTally } from "@order-saga/protocol/bulk-records";
import { bulkRecord } from "@order-saga/protocol/records";
import type { BulkRecords } from "./bulks.ts";

type Item = Readonly<Record<string, unknown>>;

/** One for each head; rows whose bulk was never accepted belong to none. */
export function bulksIn(items: readonly Item[], orders: readonly Order[]): BulkRecords[] {
  const prefix = bulkRecord.key("").pk;
  const own = items.filter(({ pk }) => String(pk).startsWith(prefix));
  if (own.length === 0) return [];
  const byId = new Map(orders.map((order) => [order.orderId, order]));
  return [...Map.groupBy(own, ({ pk }) => pk).values()].flatMap((parts) => {
    const head = parts.find(bulkRecord.is);
    if (!head) return [];
    const bulk = toBulk(head);
    const numbered = <T>(kind: typeof bulkRow, read: (item: Item) => T) =>
      new Map(parts.filter(kind.is).map((item) => [kind.number(String(item.sk)), read(item)]));
    const rows = parts
      .filter((item) => bulkChunk.is(item) && String(item.sk).startsWith(`CHUNK#${bulk.fingerprint}#`))
      .flatMap((item) => item.rows as readonly Row[]);
    return {
      bulk,
      outcomes: numbered(bulkRow, (item) => item as unknown as Outcome),
      tallies: numbered(bulkTally, (item): Tally => ({ ...noRows, ...(item as Partial<Tally>) })),
      rows: new Map(rows.map(({ orderId, row }) => [row, orderId])),
      orderOf: (orderId) => byId.get(orderId),
    };
  });
}
