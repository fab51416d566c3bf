// A reservation, rebuilt from what inventory said of it, step by step so that the counters follow.
import type { OrderEvent } from "@order-saga/contracts";
import type { Movement, Reservation } from "@order-saga/inventory/reservation";
import type { Facts } from "@order-saga/protocol/facts";
import { linesHeld, mergeLines } from "@order-saga/protocol/stock";
import { hasAll, saidBy } from "../facts.ts";

/** One write: with stock taken for a new reservation, moved from one counter to another, or as it is. */
export type Step = { next: Reservation; stock: "reserve" | Movement | undefined };

/**
 * No steps if the record lacks nothing; a text says why it cannot be rebuilt. Goods that came back with a
 * refund are not among them: the replay of `RefundMade` brings those that the record has not.
 */
export function reservationSteps(known: Reservation | undefined, facts: Facts, now: number): Step[] | string {
  const own = saidBy("inventory", facts);
  if (Object.keys(own).length === 0 || (known && hasAll(known.events, own))) return [];
  const end = endOf(known, own as Reservation["events"], now);
  if (end === undefined) return "inventory has said of it only that it expired";
  const version = known?.version ?? 0;
  const path = `${known?.state ?? "none"} ${end.state}`;
  if (path === "none COMMITTED") {
    const reserved: Reservation = { ...end, state: "RESERVED", version: 1 };
    return [
      { next: reserved, stock: "reserve" },
      { next: { ...end, version: 2 }, stock: { from: "reserved", to: "sold", lines: end.lines } },
    ];
  }
  if (!(path in movements) && known?.state !== end.state)
    return `the record says ${known?.state}, the archive ${end.state}`;
  const stock = movements[path];
  const isMoved = stock !== undefined && stock !== "reserve";
  return [
    {
      next: { ...end, version: version + 1 },
      stock: isMoved ? { ...stock, lines: linesHeld(end) } : stock,
    },
  ];
}

/** What was taken and given back within the window leaves the counters as they are. */
const movements: Readonly<Record<string, "reserve" | Omit<Movement, "lines"> | undefined>> = {
  "none RESERVED": "reserve",
  "none RELEASED": undefined,
  "none REJECTED": undefined,
  "RESERVED COMMITTED": { from: "reserved", to: "sold" },
  "RESERVED RELEASED": { from: "reserved", to: "available" },
  "COMMITTED RELEASED": { from: "sold", to: "available" },
};

function endOf(
  known: Reservation | undefined,
  own: Reservation["events"],
  now: number,
): Reservation | undefined {
  const events = { ...own, ...known?.events };
  const { ReservationExpired, StockCommitted, StockRejected, StockReleased, StockReserved } = events;
  const state = StockReleased
    ? "RELEASED"
    : StockCommitted
      ? "COMMITTED"
      : StockReserved
        ? "RESERVED"
        : StockRejected && "REJECTED";
  if (state === undefined) return undefined;
  const lines = known?.lines ?? mergeLines(StockReserved?.data.lines ?? StockReleased?.data.lines ?? []);
  const reservedUntil = known?.reservedUntil ?? StockReserved?.data.reservedUntil;
  return {
    orderId: (Object.values(own)[0] as OrderEvent | undefined)?.orderId ?? "",
    state,
    lines,
    ...(known?.returns && { returns: known.returns }),
    ...(known?.buckets && { buckets: known.buckets }),
    ...(reservedUntil && { reservedUntil }),
    ...(StockReleased && { outcome: StockReleased.data.reason === "refunded" ? "refunded" : "aborted" }),
    events,
    signals: known?.signals ?? (ReservationExpired ? 1 : 0),
    ...(state === "RESERVED" && { dueAt: known?.dueAt ?? reservedUntil ?? new Date(now).toISOString() }),
    version: 0,
  };
}
