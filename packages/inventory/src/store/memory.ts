// Inventory's records in memory: the same conditions as the table's, for tests and simulation.
import type { StockLevel } from "@order-saga/contracts";
import type { Reservation } from "../reservation.ts";
import type { Adjustment, InventoryStore } from "./store.ts";

export type MemoryStore = InventoryStore & { reservations(): Reservation[]; levels(): StockLevel[] };

export function createMemoryStore(): MemoryStore {
  const reservations = new Map<string, Reservation>();
  const levels = new Map<string, StockLevel>();
  const adjustments = new Map<string, Adjustment>();
  const copy = <T>(value: T): T => structuredClone(value);
  return {
    load: async (orderId) => copy(reservations.get(orderId)),
    available: async (skus) =>
      new Map(
        skus.flatMap((sku) => (levels.has(sku) ? [[sku, levels.get(sku)?.available ?? 0] as const] : [])),
      ),
    level: async (sku) => copy(levels.get(sku)),
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
    async write(next, movement) {
      const known = reservations.get(next.orderId);
      if ((known?.version ?? 0) !== next.version - 1) return "lost";
      for (const { sku, quantity } of movement ? next.lines : []) {
        const level = levels.get(sku);
        if (!movement || !level || level[movement.from] < quantity) return "lost";
        level[movement.from] -= quantity;
        level[movement.to] += quantity;
      }
      reservations.set(next.orderId, copy(next));
      return "written";
    },
    async adjust(adjustment) {
      const name = `${adjustment.principal}\0${adjustment.key}`;
      const known = adjustments.get(name);
      if (known)
        return known.sku === adjustment.sku && known.delta === adjustment.delta ? "repeated" : "reused";
      const { sku, delta } = adjustment;
      const level = levels.get(sku) ?? { sku, available: 0, reserved: 0, sold: 0 };
      if (level.available + delta < 0) return "short";
      levels.set(sku, { ...level, available: level.available + delta });
      adjustments.set(name, adjustment);
      return "written";
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
