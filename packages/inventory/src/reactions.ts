// The reactions of inventory: reserve stock for an order, sell it, give it back.
import { answersTo, type DomainEvent, type EventOf } from "@order-saga/contracts";
import type { React } from "@order-saga/messaging";
import { Contended, writeOptimistically } from "@order-saga/messaging/optimistic";
import { again, retry } from "@order-saga/messaging/retry";
import type { InventoryPorts, InventoryStore } from "./ports.ts";
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

/** The orders of a popular SKU collide at its counters; with growing pauses this is a few seconds. */
const ATTEMPTS = 12;

const nameOf = (orderId: string) => `stock of ${orderId}`;

export function reserveStockHandler(ports: InventoryPorts, reservationSeconds: number): React<"OrderPlaced"> {
  const { store, backOff } = ports;
  return (event, { now }) => {
    const wanted = reserve(event, now, reservationSeconds);
    const exhausted = () => new Contended(nameOf(event.orderId), ATTEMPTS);
    return retry({ attempts: ATTEMPTS, exhausted }, async (attempt) => {
      const result = await store.reserve(wanted);
      if (result === "written") return answersTo(event.type, recorded(wanted));
      if (result === "conflict") await backOff(attempt);
      const known = result === "exists" ? await store.load(event.orderId) : undefined;
      if (known) return answersTo(event.type, recorded(known));
      const rejected = result === "short" ? await rejectIfShort(store, event, wanted, now) : undefined;
      return rejected ? answersTo(event.type, recorded(rejected)) : again;
    });
  };
}

/** The rejection, if the stock is still short in a consistent read and no other delivery was first. */
async function rejectIfShort(
  store: InventoryStore,
  event: EventOf<"OrderPlaced">,
  { lines }: Reservation,
  now: number,
): Promise<Reservation | undefined> {
  const shortages = shortagesOf(lines, await store.available(lines.map((line) => line.sku)));
  if (shortages.length === 0) return undefined; // Stock was given back in the meantime.
  const rejection = reject(event, shortages, now);
  return (await store.save(rejection)) === "written" ? rejection : undefined;
}

export function commitStockHandler(ports: InventoryPorts): React<"PaymentCaptured"> {
  return (event, { now }) => settle(ports, event, (known) => commit(known, event, now));
}

export function releaseStockHandler(
  ports: InventoryPorts,
): React<"PaymentDeclined" | "PaymentAborted" | "PaymentRefunded" | "RefundMade"> {
  return (event, { now }) => settle(ports, event, (known) => release(known, event, now));
}

type PaymentEvent = EventOf<
  "PaymentCaptured" | "PaymentDeclined" | "PaymentAborted" | "PaymentRefunded" | "RefundMade"
>;

/**
 * A new fact says what it led to. A duplicate says again all that was recorded, because the delivery that
 * wrote it may have died before it was published.
 */
function settle(
  { store, backOff }: InventoryPorts,
  event: PaymentEvent,
  rule: (known: Reservation | undefined) => Step,
): Promise<DomainEvent[]> {
  return writeOptimistically<Reservation | undefined, NonNullable<Step>, DomainEvent[]>({
    what: nameOf(event.orderId),
    attempts: ATTEMPTS,
    backOff,
    load: () => store.load(event.orderId),
    save: ({ movement, next }) => store.save(next, movement),
    decide(known) {
      const step = rule(known);
      if (!step) return { answer: known ? answersTo(event.type, recorded(known)) : [] };
      return { write: step, answer: answersTo(event.type, recordedSince(known, step.next)) };
    },
  });
}
