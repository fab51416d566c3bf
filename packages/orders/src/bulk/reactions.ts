// The reactions of bulk orders: a bulk becomes tasks, a task becomes an order, an order's end is counted.
import {
  BulkId,
  BulkOrder,
  BulkRow,
  causedBy,
  type DomainEvent,
  type EventOf,
  groupOf,
  OrderId,
  recipientIn,
} from "@order-saga/contracts";
import type { React, ReactTo } from "@order-saga/messaging";
import { writeOptimistically } from "@order-saga/messaging/optimistic";
import * as z from "zod/mini";
import { acceptOnce } from "../acceptance.ts";
import { type Order, unconfirmedRootEvents } from "../order.ts";
import { type Bulk, causeOfRows, type Outcome, type Row, split } from "./bulk.ts";
import type { BulkStore, Pace, PlaceChildPorts, SettlePorts, SplitPorts } from "./ports.ts";
import { countRow, refuseRow, settleRow } from "./settle.ts";

/** One row of a bulk, to be placed as an order. */
export const RowTask = z.object({
  bulkId: BulkId,
  row: BulkRow,
  orderId: OrderId,
  ...BulkOrder.shape,
});
export type RowTask = z.infer<typeof RowTask>;

const ATTEMPTS = 5;

/** Sends a task for each row, and records that it did: a crash in between sends them again. */
export function splitBulkHandler({ bulks, pace, sendTasks }: SplitPorts): React<"BulkPlaced"> {
  return async ({ bulkId }, { now }) => {
    const bulk = await loadBulk(bulks, bulkId);
    if (bulk.isSplit) return [];
    await sendTasks(tasksOf(bulk, await bulks.rows(bulk), pace));
    await writeOptimistically<Bulk, Bulk, void>({
      what: `bulk ${bulkId}`,
      attempts: ATTEMPTS,
      load: () => loadBulk(bulks, bulkId),
      save: bulks.save,
      decide: (read) => {
        if (read.isSplit) return { answer: undefined };
        return { write: split(read, endOf(bulk, pace, now)), answer: undefined };
      },
    });
    return [];
  };
}

/** SQS hides a message for no longer. */
const LONGEST_DELAY_SECONDS = 900;

/**
 * Rows become visible one after the other at the bulk's pace, so that they never fill the queues that other
 * customers' orders wait in. Within the queue each customer is a group, and SQS gives the quiet groups their
 * turn first.
 */
export function tasksOf({ bulkId }: Bulk, rows: readonly Row[], { ordersPerSecond }: Pace) {
  return rows.map(({ lines, orderId, paymentMethod, row }, index) => ({
    body: { bulkId, row, orderId, lines, paymentMethod } satisfies RowTask,
    group: groupOf(bulkId),
    delaySeconds: Math.min(LONGEST_DELAY_SECONDS, Math.floor(index / ordersPerSecond)),
  }));
}

/** When the last row's order must have been decided, in milliseconds. */
function endOf({ events }: Bulk, { decideWithinSeconds, ordersPerSecond }: Pace, now: number): number {
  const lastSeconds = events.BulkPlaced.data.count / ordersPerSecond;
  return now + (lastSeconds + decideWithinSeconds) * 1000;
}

/**
 * The row's order, accepted as any other; a row that cannot be one ends here, as rejected. One that the shop
 * has no room for is not refused, but comes again later.
 */
export function placeChildHandler(ports: PlaceChildPorts): ReactTo<RowTask> {
  return async (task, { now }): Promise<DomainEvent[]> => {
    const { bulkId, lines, orderId, paymentMethod, row } = task;
    const bulk = await loadBulk(ports.bulks, bulkId);
    const { currency } = bulk.events.BulkPlaced.data;
    // Sealed about the bulk, as it is there.
    const recipient = async () => recipientIn(bulk.events.BulkPlaced.data);
    const { fingerprint, principal } = bulk;
    const request = { currency, lines, paymentMethod };
    const ofBulk = { bulkId, bulkRow: row };
    const accepting = { request, fingerprint, ids: [orderId], principal, recipient, now, ofBulk };
    const order = await acceptOnce(ports, accepting, async (made) => {
      const refused = await postponed(ports, made, now);
      if (refused) return refused;
      const placed = await ports.store.createOfRow(made, ofBulk);
      const skus = made.lines.map(({ sku }) => sku);
      if (placed?.placedAt === made.placedAt) ports.admission?.took(skus, now);
      return placed;
    });
    if (order && "until" in order) {
      const delaySeconds = Math.min(LONGEST_DELAY_SECONDS, Math.ceil((order.until - now) / 1000));
      await ports.sendTasks([{ body: task, group: groupOf(bulkId), delaySeconds }]);
      return [];
    }
    const cause = { ...causeOfRows(bulk, now), row };
    // The row has ended already, by a delivery that read another catalogue.
    if (!order) return countRow(ports, bulk, { row, cause });
    if (!("refusal" in order)) return unconfirmedRootEvents(order);
    const outcome: Outcome = { state: "rejected", orderId, reason: order.refusal.type.replaceAll("-", "_") };
    const said = await refuseRow(ports, bulk, { row, outcome, cause });
    if (said !== "placed") return said;
    const placed = await ports.store.load(orderId);
    return placed ? unconfirmedRootEvents(placed) : [];
  };
}

async function postponed({ admission, store }: PlaceChildPorts, { lines, orderId }: Order, now: number) {
  const isKnown = async () => (await store.load(orderId)) !== undefined;
  return admission?.refuses({ orderId, skus: lines.map(({ sku }) => sku), isKnown, now });
}

type Ended = "OrderConfirmed" | "OrderRejected" | "OrderCancelled";

export function collectBulkHandler(ports: SettlePorts): React<Ended> {
  return async (event, { now }) => {
    const { bulkId, bulkRow: row } = event.data;
    if (bulkId === undefined || row === undefined) return [];
    const bulk = await loadBulk(ports.bulks, bulkId);
    return settleRow(ports, bulk, { row, outcome: outcomeOf(event), cause: causedBy(event, now) });
  };
}

function outcomeOf(event: EventOf<Ended>): Outcome {
  const { orderId } = event;
  switch (event.type) {
    case "OrderConfirmed":
      return { state: "confirmed", orderId, amount: event.data.amount };
    case "OrderRejected":
      return { state: "rejected", orderId, reason: event.data.reason };
    case "OrderCancelled":
      return { state: "cancelled", orderId, reason: "cancelled" };
  }
}

/** A bulk is stored before anything is said of it, so a missing one is lost or foreign: retried, parked. */
export async function loadBulk(bulks: BulkStore, bulkId: string): Promise<Bulk> {
  const bulk = await bulks.load(bulkId);
  if (!bulk) throw new Error(`There is no bulk ${bulkId}.`);
  return bulk;
}
