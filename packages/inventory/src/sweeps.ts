// The schedule of inventory: tells payment of reservations that have been held too long.
import type { DomainEvent } from "@order-saga/contracts";
import type { Sweep } from "@order-saga/messaging";
import { expire, signalled } from "./reservation.ts";
import type { InventoryStore } from "./store/store.ts";

/** Reservations looked at per run; the rest waits a minute. */
const PER_RUN = 500;

export function signalExpiredReservations(ports: {
  store: InventoryStore;
  publish: (events: readonly DomainEvent[]) => Promise<void>;
}): Sweep {
  return async ({ now, log }) => {
    const { orderIds, more } = await ports.store.due(now, PER_RUN);
    if (more) log("warn", "more reservations are due than one run signals", { count: orderIds.length });
    let count = 0;
    for (const orderId of orderIds) {
      const known = await ports.store.load(orderId);
      const expired = known && expire(known, now);
      const said = expired?.events.ReservationExpired;
      // Recorded, published, and only then looked away from: a crash in between is healed by the next run.
      if (!expired || !said || (await ports.store.write(expired, undefined)) !== "written") continue;
      await ports.publish([said]);
      await ports.store.write(signalled(expired, now), undefined);
      count++;
    }
    return count;
  };
}
