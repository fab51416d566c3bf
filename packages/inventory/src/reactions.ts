// The reactions of inventory: reserve stock for an order, sell it, give it back.
import { answersTo, type DomainEvent, type EventOf, type Shortage } from "@order-saga/contracts";
import type { React } from "@order-saga/messaging";
import { Contended, writeOptimistically } from "@order-saga/messaging/optimistic";
import { again, retry } from "@order-saga/messaging/retry";
import { type Stock, sumsOf, wasShort } from "./buckets.ts";
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
  takenFrom,
} from "./reservation.ts";
import { expectTaken, inHand, type Plan, plan, type Sightings, saw, worthALook } from "./sightings.ts";

/** The orders of a popular SKU collide at its counters; with growing pauses this is a few seconds. */
const ATTEMPTS = 12;

const nameOf = (orderId: string) => `stock of ${orderId}`;

export function reserveStockHandler(
  { backOff, store }: InventoryPorts,
  reservationSeconds: number,
  sightings: Sightings = new Map(),
): React<"OrderPlaced"> {
  const shelf: Shelf = { store, sightings };
  const orders = new Map<string, number>();
  return (event, { now }) => {
    // By now payment can only give the order up: what it took would go back at once.
    if (now >= Date.parse(event.data.decideBy)) return saidBefore(store, event);
    const wanted = reserve(event, now, reservationSeconds);
    const exhausted = () => new Contended(nameOf(event.orderId), ATTEMPTS);
    const once = async (attempt: number) => {
      const result = await take(shelf, wanted);
      if (result === "written") return answersTo(event.type, recorded(wanted));
      if (result === "conflict") {
        await backOff(attempt);
        await look(shelf, worthALook(shelf.sightings, skusOf(wanted.lines)));
      }
      const known = result === "exists" ? await store.load(event.orderId) : undefined;
      if (known) return answersTo(event.type, recorded(known));
      const rejected = result === "short" ? await rejectIfShort(shelf, event, wanted, now) : undefined;
      return rejected ? answersTo(event.type, recorded(rejected)) : again;
    };
    return inHand(orders, skusOf(wanted.lines), async (crowded) => {
      await look(shelf, worthALook(shelf.sightings, crowded));
      return retry({ attempts: ATTEMPTS, exhausted }, once);
    });
  };
}

/** What was recorded of the order; of one that is heard for the first time nothing. */
async function saidBefore(store: InventoryStore, event: EventOf<"OrderPlaced">): Promise<DomainEvent[]> {
  const known = await store.load(event.orderId);
  return known ? answersTo(event.type, recorded(known)) : [];
}

/** The stock, and what this process has last seen of it. */
type Shelf = { readonly store: InventoryStore; readonly sightings: Sightings };

const skusOf = (lines: readonly { readonly sku: string }[]) => lines.map((line) => line.sku);

/** `short`: too little in the buckets that were chosen or, as far as this process knows, in all of them. */
async function take({ sightings, store }: Shelf, wanted: Reservation) {
  const planned = plan(wanted.lines, wanted.orderId, sightings);
  if (!planned) return "short";
  expectTaken(sightings, wanted.lines, planned, 1);
  const result = await carryOut(store, planned, wanted);
  if (result !== "written") expectTaken(sightings, wanted.lines, planned, -1);
  return result;
}

async function carryOut(store: InventoryStore, { buckets, moves }: Plan, wanted: Reservation) {
  for (const move of moves) {
    const result = await store.move(move);
    if (result !== "written") return result === "lost" ? "short" : result;
  }
  return store.reserve(takenFrom(wanted, buckets));
}

async function look({ sightings, store }: Shelf, skus: readonly string[]) {
  const stock = skus.length > 0 ? await store.stock(skus) : new Map<string, Stock>();
  saw(sightings, stock);
  return stock;
}

/** The rejection, if the stock was short in consistent reads; or what another delivery recorded first. */
async function rejectIfShort(
  shelf: Shelf,
  event: EventOf<"OrderPlaced">,
  { lines }: Reservation,
  now: number,
): Promise<Reservation | undefined> {
  const first = await look(shelf, skusOf(lines));
  const seen = shortagesOf(lines, sumsOf(first));
  const isSpread = ({ sku }: Shortage) => (first.get(sku)?.length ?? 1) > 1;
  const second = await look(shelf, skusOf(seen.filter(isSpread)));
  const shortages = seen.filter((each) => {
    const { requested, sku } = each;
    return !isSpread(each) || wasShort(requested, first.get(sku) ?? [], second.get(sku) ?? []);
  });
  if (shortages.length === 0) return undefined; // Stock was given back in the meantime.
  const rejection = reject(event, shortages, now);
  const { store } = shelf;
  return (await store.save(rejection)) === "written" ? rejection : store.load(event.orderId);
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
