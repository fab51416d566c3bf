// The schedule of bulk orders: says again what a crash left out, and asks for outcomes that were not heard.
import type { Log, Sweep } from "@order-saga/messaging";
import { sweepDue } from "@order-saga/messaging/sweep";
import { type Order, statusOf } from "../order.ts";
import {
  type Bulk,
  causeOfRows,
  isCompleted,
  lookedAt,
  type Outcome,
  partsOf,
  type Row,
  rowsInPart,
  said,
} from "./bulk.ts";
import type { SweepBulksPorts } from "./ports.ts";
import { tasksOf } from "./reactions.ts";
import { countIfWhole, settleRow } from "./settle.ts";

export function sweepBulksHandler(ports: SweepBulksPorts): Sweep {
  return sweepDue({
    store: ports.bulks,
    atOnce: 5,
    sweepOne: (bulkId, { now, log }) => sweep(ports, bulkId, now, log),
    says: { more: "more bulks are due than one run sweeps", failed: "a due bulk could not be swept" },
  });
}

async function sweep(ports: SweepBulksPorts, bulkId: string, now: number, log: Log): Promise<boolean> {
  const bulk = await ports.bulks.load(bulkId);
  if (!bulk?.dueAt || Date.parse(bulk.dueAt) > now) return false;
  if (!bulk.isSplit) {
    await ports.publish([bulk.events.BulkPlaced]);
    await ports.bulks.save(lookedAt(bulk, now));
    return true;
  }
  if (isCompleted(bulk)) {
    await sayResult(ports, bulk);
    return true;
  }
  log("warn", "a bulk is not complete in time");
  const rows = await ports.bulks.rows(bulk);
  for (const part of partsOf(bulk).filter((each) => !bulk.tallies[each]))
    await heal(ports, bulk, { part, rows, now });
  const after = (await ports.bulks.load(bulkId)) ?? bulk;
  if (isCompleted(after)) await sayResult(ports, after);
  else await ports.bulks.save(lookedAt(after, now));
  return true;
}

/** A crash in between leaves the bulk due, so that the next run says it. */
async function sayResult({ bulks, publish }: SweepBulksPorts, bulk: Bulk): Promise<void> {
  const { BulkCompleted } = bulk.events;
  if (!bulk.dueAt || !BulkCompleted) return;
  await publish([BulkCompleted]);
  await bulks.save(said(bulk));
}

type Healing = { part: number; rows: readonly Row[]; now: number };

/** Takes from the orders' own records what no event has brought, and has rows placed that never were. */
async function heal(ports: SweepBulksPorts, bulk: Bulk, { now, part, rows }: Healing): Promise<void> {
  const { bulks, pace, sendTasks, store } = ports;
  const cause = causeOfRows(bulk, now);
  const known = await bulks.outcomes(bulk.bulkId, rowsInPart(bulk, part));
  const missing = rowsInPart(bulk, part).flatMap((row) => (known.has(row) ? [] : (rows[row] ?? [])));
  const orders = await store.loadAll(missing.map(({ orderId }) => orderId));
  const unplaced = missing.filter(({ orderId }) => !orders.has(orderId));
  if (unplaced.length > 0) await sendTasks(tasksOf(bulk, unplaced, pace));
  for (const { orderId, row } of missing) {
    const outcome = outcomeIn(orders.get(orderId));
    if (outcome) await settleRow(ports, bulk, { row, outcome, cause, staysDue: true });
  }
  if (missing.length > 0) return;
  const tally = (await bulks.tallies(bulk.bulkId, [part])).get(part);
  if (tally) await countIfWhole(ports, bulk, { part, tally, cause, staysDue: true });
}

/** How the order has ended, if it has. */
function outcomeIn(order: Order | undefined): Outcome | undefined {
  if (!order) return undefined;
  const { amount, events, orderId } = order;
  switch (statusOf(order)) {
    case "CONFIRMED":
      return { state: "confirmed", orderId, amount: events.OrderConfirmed?.data.amount ?? amount };
    case "CANCELLED":
      return { state: "cancelled", orderId, reason: "cancelled" };
    case "REJECTED":
      return { state: "rejected", orderId, reason: events.OrderRejected?.data.reason ?? "expired" };
    case "PLACED":
    case "RESERVED":
    case "ACTION_REQUIRED":
    case "AUTHORIZED":
      return undefined;
  }
}
