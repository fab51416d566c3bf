// What inventory does when it hears: reserve stock for an order, sell it, give it back.
import { answersTo, type EventOf } from "@order-saga/contracts";
import type { React } from "@order-saga/messaging";
import {
  commit,
  type Reservation,
  recorded,
  recordedSince,
  reject,
  release,
  reserve,
  type Step,
  shortagesOf,
} from "./reservation.ts";
import type { InventoryStore } from "./store/store.ts";

/** Lets a moment pass before the given attempt, so that writers of one SKU stop colliding. */
export type BackOff = (attempt: number) => Promise<void>;

export type InventoryPorts = { store: InventoryStore; backOff: BackOff };

/** Writers of a hot SKU collide; so many times the write is tried before the queue tries again. */
const ATTEMPTS = 12;

export function reserveForOrder(ports: InventoryPorts, reservationSeconds: number): React<"OrderPlaced"> {
  const { store, backOff } = ports;
  return async (event, { now }) => {
    const wanted = reserve(event, now, reservationSeconds);
    for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
      const result = await store.reserve(wanted);
      if (result === "written") return answersTo(event.type, recorded(wanted));
      if (result === "conflict") await backOff(attempt);
      const known = result === "exists" ? await store.load(event.orderId) : undefined;
      if (known) return answersTo(event.type, recorded(known));
      const rejected = result === "short" ? await rejectIfShort(store, event, wanted, now) : undefined;
      if (rejected) return answersTo(event.type, recorded(rejected));
    }
    throw contended(event.orderId);
  };
}

/** The rejection, if the stock is short when it is looked at and no other delivery was first. */
async function rejectIfShort(
  store: InventoryStore,
  event: EventOf<"OrderPlaced">,
  { lines }: Reservation,
  now: number,
): Promise<Reservation | undefined> {
  const shortages = shortagesOf(lines, await store.available(lines.map((line) => line.sku)));
  if (shortages.length === 0) return undefined; // Somebody gave stock back in the meantime.
  const rejection = reject(event, shortages, now);
  return (await store.write(rejection, undefined)) === "written" ? rejection : undefined;
}

export function commitForOrder(ports: InventoryPorts): React<"PaymentCaptured"> {
  return (event, { now }) => settle(ports, event, (known) => commit(known, event, now));
}

export function releaseForOrder(
  ports: InventoryPorts,
): React<"PaymentDeclined" | "PaymentVoided" | "PaymentRefunded"> {
  return (event, { now }) => settle(ports, event, (known) => release(known, event, now));
}

type PaymentEvent = EventOf<"PaymentCaptured" | "PaymentDeclined" | "PaymentVoided" | "PaymentRefunded">;

/**
 * Loads, applies the rule, writes; whoever loses the race looks again. A new fact says what it led to; a duplicate
 * says again all that was recorded, because whoever wrote it may have died before it was published.
 */
async function settle(
  { store, backOff }: InventoryPorts,
  event: PaymentEvent,
  rule: (known: Reservation | undefined) => Step,
) {
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    const known = await store.load(event.orderId);
    const step = rule(known);
    if (!step) return known ? answersTo(event.type, recorded(known)) : [];
    const result = await store.write(step.next, step.movement);
    if (result === "written") return answersTo(event.type, recordedSince(known, step.next));
    if (result === "conflict") await backOff(attempt);
  }
  throw contended(event.orderId);
}

function contended(orderId: string): Error {
  return new Error(`The stock of ${orderId} is contended: ${ATTEMPTS} attempts to write it failed.`);
}
