// A17: stock is rejected, or a correction of it refused, only for a shortage that existed, never for a write
// conflict, a truncated read or units that lie in another bucket.
import type { Shortage } from "@order-saga/contracts";
import type { Reservation } from "@order-saga/inventory/reservation";
import type { ApiCall, Checker } from "./observed.ts";
import { asReservation, isGenuine, newOf, violation } from "./records.ts";
import { createStockSums } from "./stock-sums.ts";

/** What was available of a SKU in all its buckets, from a moment on. */
type Level = { from: number; available: number };

export function shortagesWereThere(): Checker {
  const sums = createStockSums();
  const levels = new Map<string, Level[]>();
  /** When OrderPlaced was first published; inventory cannot have read the stock for it earlier. */
  const placedAt = new Map<string, number>();
  const judged = new Set<string>();

  /**
   * What was read of a SKU with one item was there at one instant. Several buckets are not read at one
   * instant: their sum is what there was at most, at an instant since the order was placed.
   */
  function wasAvailable({ available, sku }: Shortage, since: number): boolean {
    const known = levels.get(sku) ?? [];
    if (known.length === 0) return available === 0;
    return known.some((level, index) => {
      const until = known[index + 1]?.from ?? Number.POSITIVE_INFINITY;
      const isRead = sums.hasBuckets(sku) ? level.available <= available : level.available === available;
      return isRead && until >= since;
    });
  }

  /** True if there was less than this at an instant since then. */
  function wasLess(sku: string, wanted: number, since: number): boolean {
    const known = levels.get(sku) ?? [];
    if (known.length === 0) return true;
    return known.some(
      ({ available }, index) =>
        available < wanted && (known[index + 1]?.from ?? Number.POSITIVE_INFINITY) >= since,
    );
  }

  /** Of units that were to be taken out of stock, and are said not to be there. */
  function judgeCorrection({ answer, at, body, path, route }: ApiCall): string[] {
    if (route !== "inventory-adjust-stock" || answer?.status !== 409) return [];
    const { delta } = body as { delta: number };
    const { sku = "" } = path ?? {};
    if (delta >= 0 || wasLess(sku, -delta, at)) return [];
    return [`${-delta} of ${sku} are not taken out of stock, which were always there`];
  }

  function judge({ events, orderId }: Reservation): string[] {
    const { shortages = [] } = events.StockRejected?.data ?? {};
    const since = placedAt.get(orderId) ?? Number.NEGATIVE_INFINITY;
    return shortages
      .filter((shortage) => shortage.available >= shortage.requested || !wasAvailable(shortage, since))
      .map(
        ({ available, requested, sku }) =>
          `${requested} rejected for ${available} of ${sku}, which there never were`,
      );
  }

  return {
    invariant: "A17",
    says: "stock is rejected only for a shortage that was there",
    afterStep(observed, step) {
      for (const entry of newOf(observed.published, step.from.published)) {
        if (!isGenuine(entry) || entry.event.type !== "OrderPlaced") continue;
        if (!placedAt.has(entry.event.orderId)) placedAt.set(entry.event.orderId, entry.at);
      }
      for (const sku of sums.learn(step)) {
        const level = { from: observed.now, available: sums.sum(sku, "available") };
        levels.set(sku, [...(levels.get(sku) ?? []), level]);
      }
      const corrections = newOf(observed.calls, step.from.calls).flatMap(judgeCorrection);
      const rejections = step.written.flatMap((item) => {
        const reservation = asReservation(item);
        if (!reservation?.events.StockRejected || judged.has(reservation.orderId)) return [];
        judged.add(reservation.orderId);
        return judge(reservation).map((detail) => violation("A17", detail, reservation.orderId));
      });
      return [...corrections.map((detail) => violation("A17", detail)), ...rejections];
    },
  };
}
