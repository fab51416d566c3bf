// A3: each counter of a bucket is the sum over the reservations, kept up to date order by order.
import type { Reservation } from "@order-saga/inventory/reservation";
import { stockRecord } from "@order-saga/protocol/records";
import { bucketHeld, count, type Held, miscounted } from "@order-saga/protocol/stock";
import type { Checker, Item, Observed, Step } from "./observed.ts";
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

  /** Counts a reservation as it is now; answers with the buckets that it holds, or held. */
  function countAgain(next: Reservation): string[] {
    const before = known.get(next.orderId);
    known.set(next.orderId, next);
    if (before) count(sums, before, -1);
    count(sums, next, 1);
    return [before, next].flatMap(bucketsIn);
  }

  return {
    invariant: "A3",
    says: "counters equal the sum over the reservations",
    afterStep(observed, step) {
      const ids = step.written.flatMap((item) => {
        const reservation = asReservation(item);
        return reservation ? countAgain(reservation) : asStock(item) ? idOf(item) : [];
      });
      return ids.length === 0 ? [] : compare(observed, new Set(ids), sums, step);
    },
    atRest(observed) {
      const counted = new Map<string, Held>();
      for (const reservation of allReservations(observed)) count(counted, reservation, 1);
      const ids = new Set([...counted.keys(), ...[...allStock(observed)].map(idOf)]);
      return compare(observed, ids, counted);
    },
  };
}

/** The buckets, by their `bucketId`, that a reservation has lines in. */
const bucketsIn = (reservation: Reservation | undefined) =>
  reservation?.lines.map(({ sku }) => bucketHeld(reservation, sku)) ?? [];

const idOf = ({ pk }: Item) => stockRecord.id(String(pk));

function compare(observed: Observed, ids: Set<string>, sums: ReadonlyMap<string, Held>, step?: Step) {
  return [...ids].flatMap((id) => {
    const stock = stockOf(observed, id) ?? { reserved: 0, sold: 0 };
    const detail = miscounted(stock, sums.get(id) ?? { reserved: 0, sold: 0 });
    return detail ? [violation("A3", `${id}: ${detail}`, step && onlyOrder(step))] : [];
  });
}
