// The schedule of inventory: asks payment to give up reservations that have been held too long.
import type { Sweep } from "@order-saga/messaging";
import { sweepDue } from "@order-saga/messaging/sweep";
import type { SweepPorts } from "./ports.ts";
import { expire, signalled } from "./reservation.ts";

export function signalExpiryHandler(ports: SweepPorts): Sweep {
  return sweepDue({
    store: ports.store,
    // Few reservations expire, unless payment was away: then enough for full requests.
    atOnce: 60,
    sweepOne: (orderId, { now }) => signal(ports, orderId, now),
    says: {
      more: "more reservations are due than one run signals",
      failed: "an expired reservation could not be signalled",
    },
  });
}

/** Recorded, published, and only then put off: the next run repeats what a crash in between left out. */
async function signal({ store, publish }: SweepPorts, orderId: string, now: number): Promise<boolean> {
  const known = await store.load(orderId);
  const expired = known && expire(known, now);
  const said = expired?.events.ReservationExpired;
  // A lost write means that the reservation was settled just now, so payment need not be asked.
  if (!expired || !said || (await store.save(expired)) !== "written") return false;
  await publish([said]);
  await store.save(signalled(expired, now));
  return true;
}

/** True once payment has answered, and the stock was sold or given back. */
export async function isAnswered({ store }: Pick<SweepPorts, "store">, orderId: string): Promise<boolean> {
  return (await store.load(orderId))?.state !== "RESERVED";
}
