// Inventory's records in memory: the same conditions as the table's, for tests and simulation.
import type { StockLevel } from "@order-saga/contracts";
import type { Adjustment, InventoryStore } from "../ports.ts";
import type { Reservation } from "../reservation.ts";

/** The counters of a SKU, with the sum of its adjustments to hold them against. */
export type StockAccount = StockLevel & { restocked: number };

export type MemoryStore = InventoryStore & { reservations(): Reservation[]; levels(): StockAccount[] };

export function createMemoryStore(): MemoryStore {
  const reservations = new Map<string, Reservation>();
  const levels = new Map<string, StockAccount>();
  const adjustments = new Map<string, Adjustment & { answer?: StockLevel }>();
  const nameOf = ({ principal, key }: Adjustment) => `${principal}#${key}`;
  const copy = <T>(value: T): T => structuredClone(value);
  return {
    load: async (orderId) => copy(reservations.get(orderId)),
    available: async (skus) =>
      new Map(
        skus.flatMap((sku) => (levels.has(sku) ? [[sku, levels.get(sku)?.available ?? 0] as const] : [])),
      ),
    async level(sku) {
      const account = levels.get(sku);
      if (!account) return undefined;
      const { restocked: _, ...level } = account;
      return level;
    },
    async reserve(reservation) {
      if (reservations.has(reservation.orderId)) return "exists";
      const short = reservation.lines.some(
        ({ sku, quantity }) => (levels.get(sku)?.available ?? 0) < quantity,
      );
      if (short) return "short";
      for (const { sku, quantity } of reservation.lines) {
        const level = levels.get(sku);
        if (!level) continue;
        level.available -= quantity;
        level.reserved += quantity;
      }
      reservations.set(reservation.orderId, copy(reservation));
      return "written";
    },
    async save(next, movement) {
      const known = reservations.get(next.orderId);
      if ((known?.version ?? 0) !== next.version - 1) return "lost";
      const moves = movement
        ? movement.lines.map(({ sku, quantity }) => ({ ...movement, quantity, level: levels.get(sku) }))
        : [];
      // All or nothing: no counter moves before every condition has been looked at.
      if (moves.some(({ level, from, quantity }) => !level || level[from] < quantity)) return "lost";
      for (const { level, from, to, quantity } of moves) {
        if (!level) continue;
        level[from] -= quantity;
        level[to] += quantity;
      }
      reservations.set(next.orderId, copy(next));
      return "written";
    },
    async adjust(adjustment) {
      const name = nameOf(adjustment);
      const known = adjustments.get(name);
      if (known)
        return known.sku === adjustment.sku && known.delta === adjustment.delta ? "repeated" : "reused";
      const { sku, delta } = adjustment;
      const level = levels.get(sku) ?? { sku, available: 0, reserved: 0, sold: 0, restocked: 0 };
      if (delta < 0 && level.available + delta < 0) return "short";
      levels.set(sku, {
        ...level,
        available: level.available + delta,
        restocked: level.restocked + delta,
      });
      adjustments.set(name, copy(adjustment));
      return "written";
    },
    async answered(adjustment, answer) {
      const known = adjustments.get(nameOf(adjustment));
      if (!known) throw new Error("Only an adjustment that was written is answered.");
      known.answer ??= copy(answer);
      return copy(known.answer);
    },
    async due(now, limit) {
      const due = [...reservations.values()].filter(
        ({ dueAt }) => dueAt !== undefined && Date.parse(dueAt) <= now,
      );
      return { orderIds: due.slice(0, limit).map((each) => each.orderId), more: due.length > limit };
    },
    reservations: () => copy([...reservations.values()]),
    levels: () => copy([...levels.values()]),
  };
}
