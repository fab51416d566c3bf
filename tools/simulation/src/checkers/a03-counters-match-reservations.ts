// A3: each counter is the sum over the reservations, kept up to date order by order.
import type { Reservation } from "@order-saga/inventory/reservation";
import { count, type Held, miscounted } from "@order-saga/protocol/stock";
import type { Checker, Observed, Step } from "./observed.ts";
import {
  allReservations,
  allStock,
  asReservation,
  asStock,
  onlyOrder,
  stockOf,
  violation,
} from "./records.ts";

export function countersMatchReservations(): Checker {
  const sums = new Map<string, Held>();
  const known = new Map<string, Reservation>();

  /** Counts a reservation as it is now; answers with the SKUs that it holds, or held. */
  function countAgain(next: Reservation): string[] {
    const before = known.get(next.orderId);
    known.set(next.orderId, next);
    if (before) count(sums, before, -1);
    count(sums, next, 1);
    return [...(before?.lines ?? []), ...next.lines].map((line) => line.sku);
  }

  return {
    invariant: "A3",
    says: "counters equal the sum over the reservations",
    afterStep(observed, step) {
      const skus = step.written.flatMap((item) => {
        const reservation = asReservation(item);
        return reservation ? countAgain(reservation) : (asStock(item)?.sku ?? []);
      });
      return skus.length === 0 ? [] : compare(observed, new Set(skus), sums, step);
    },
    atRest(observed) {
      const counted = new Map<string, Held>();
      for (const reservation of allReservations(observed)) count(counted, reservation, 1);
      const skus = new Set([...counted.keys(), ...[...allStock(observed)].map(({ sku }) => sku)]);
      return compare(observed, skus, counted);
    },
  };
}

function compare(observed: Observed, skus: Set<string>, sums: ReadonlyMap<string, Held>, step?: Step) {
  return [...skus].flatMap((sku) => {
    const stock = stockOf(observed, sku) ?? { reserved: 0, sold: 0 };
    const detail = miscounted(stock, sums.get(sku) ?? { reserved: 0, sold: 0 });
    return detail ? [violation("A3", `${sku}: ${detail}`, step && onlyOrder(step))] : [];
  });
}
