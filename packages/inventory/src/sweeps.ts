// The schedule of inventory: tells payment of reservations that have been held too long.
import type { DomainEvent } from "@order-saga/contracts";
import type { Sweep } from "@order-saga/messaging";
import { expire, signalled } from "./reservation.ts";
import type { InventoryStore } from "./store/store.ts";

/** Reservations looked at per run; the rest waits a minute. */
const PER_RUN = 500;

export type SweepPorts = {
  store: InventoryStore;
  publish: (events: readonly DomainEvent[]) => Promise<void>;
};

export function signalExpiredReservations(ports: SweepPorts): Sweep {
  return async ({ now, log }) => {
    const { orderIds, more } = await ports.store.due(now, PER_RUN);
    if (more) log("warn", "more reservations are due than one run signals", { count: orderIds.length });
    let count = 0;
    let failure: unknown;
    for (const orderId of orderIds) {
      try {
        if (await signal(ports, orderId, now)) count++;
      } catch (error) {
        // One reservation's trouble must not keep the others waiting; it stays due.
        log("warn", "an expired reservation could not be signalled", {
          orderId,
          errorName: error instanceof Error ? error.name : "",
        });
        failure ??= error;
      }
    }
    if (failure) throw failure;
    return count;
  };
}

/** Recorded, published, and only then looked away from: a crash in between is healed by the next run. */
async function signal({ store, publish }: SweepPorts, orderId: string, now: number): Promise<boolean> {
  const known = await store.load(orderId);
  const expired = known && expire(known, now);
  const said = expired?.events.ReservationExpired;
  // Lost means that somebody settled it just now, and then payment need not be asked.
  if (!expired || !said || (await store.write(expired, undefined)) !== "written") return false;
  await publish([said]);
  await store.write(signalled(expired, now), undefined);
  return true;
}
