// A3: each counter is the sum over the reservations, kept up to date order by order.
import type { Reservation } from "@order-saga/inventory/reservation";
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

type Held = { reserved: number; sold: number };

export function countersMatchReservations(): Checker {
  const sums = new Map<string, Held>();
  const known = new Map<string, Reservation>();

  /** Counts a reservation as it is now; answers with the SKUs that it holds, or held. */
  function count(next: Reservation): string[] {
    const before = known.get(next.orderId);
    known.set(next.orderId, next);
    if (before) add(sums, before, -1);
    add(sums, next, 1);
    return [...(before?.lines ?? []), ...next.lines].map((line) => line.sku);
  }

  return {
    invariant: "A3",
    says: "counters equal the sum over the reservations",
    afterStep(observed, step) {
      const skus = step.written.flatMap((item) => {
        const reservation = asReservation(item);
        return reservation ? count(reservation) : (asStock(item)?.sku ?? []);
      });
      return skus.length === 0 ? [] : compare(observed, new Set(skus), sums, step);
    },
    atRest(observed) {
      const counted = new Map<string, Held>();
      for (const reservation of allReservations(observed)) add(counted, reservation, 1);
      const skus = new Set([...counted.keys(), ...[...allStock(observed)].map(({ sku }) => sku)]);
      return compare(observed, skus, counted);
    },
  };
}

function add(sums: Map<string, Held>, { lines, state }: Reservation, times: 1 | -1): void {
  if (state !== "RESERVED" && state !== "COMMITTED") return;
  for (const { quantity, sku } of lines) {
    const sum = sums.get(sku) ?? { reserved: 0, sold: 0 };
    sum[state === "RESERVED" ? "reserved" : "sold"] += times * quantity;
    sums.set(sku, sum);
  }
}

function compare(observed: Observed, skus: Set<string>, sums: ReadonlyMap<string, Held>, step?: Step) {
  return [...skus].flatMap((sku) => {
    const stock = stockOf(observed, sku) ?? { reserved: 0, sold: 0 };
    const { reserved, sold } = sums.get(sku) ?? { reserved: 0, sold: 0 };
    if (stock.reserved === reserved && stock.sold === sold) return [];
    const detail = `${sku}: ${stock.reserved}/${stock.sold} counted, reservations hold ${reserved}/${sold}`;
    return [violation("A3", detail, step && onlyOrder(step))];
  });
}
