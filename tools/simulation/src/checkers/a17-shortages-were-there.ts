// A17: stock is rejected only for a shortage that existed, never for a write conflict or a truncated read.
import type { Reservation } from "@order-saga/inventory/reservation";
import type { Checker } from "./observed.ts";
import { asReservation, asStock, isGenuine, newOf, violation } from "./records.ts";

/** What was available of a SKU, from a moment on. */
type Level = { from: number; available: number };

export function shortagesWereThere(): Checker {
  const levels = new Map<string, Level[]>();
  /** When OrderPlaced was first published; inventory cannot have read the stock for it earlier. */
  const placedAt = new Map<string, number>();
  const judged = new Set<string>();

  function wasAvailable(sku: string, available: number, since: number): boolean {
    const known = levels.get(sku) ?? [];
    if (known.length === 0) return available === 0;
    return known.some((level, index) => {
      const until = known[index + 1]?.from ?? Number.POSITIVE_INFINITY;
      return level.available === available && until >= since;
    });
  }

  function judge({ events, orderId }: Reservation): string[] {
    const { shortages = [] } = events.StockRejected?.data ?? {};
    const since = placedAt.get(orderId) ?? Number.NEGATIVE_INFINITY;
    return shortages
      .filter(({ available, sku }) => !wasAvailable(sku, available, since))
      .map(({ available, sku }) => `rejected for ${available} of ${sku}, which there never were`);
  }

  return {
    invariant: "A17",
    says: "stock is rejected only for a shortage that was there",
    afterStep(observed, step) {
      for (const entry of newOf(observed.published, step.from.published)) {
        if (!isGenuine(entry) || entry.event.type !== "OrderPlaced") continue;
        if (!placedAt.has(entry.event.orderId)) placedAt.set(entry.event.orderId, entry.at);
      }
      return step.written.flatMap((item) => {
        const stock = asStock(item);
        if (stock) {
          const known = levels.get(stock.sku) ?? [];
          levels.set(stock.sku, [...known, { from: observed.now, available: stock.available }]);
        }
        const reservation = asReservation(item);
        if (!reservation?.events.StockRejected || judged.has(reservation.orderId)) return [];
        judged.add(reservation.orderId);
        return judge(reservation).map((detail) => violation("A17", detail, reservation.orderId));
      });
    },
  };
}
