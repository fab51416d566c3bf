// What must hold in every state, and what must hold in addition once nothing is left to do.
import { type OrderEventType, producerOf } from "@order-saga/contracts";
import type { Reservation } from "@order-saga/inventory/reservation";
import { unconfirmedRootEvents } from "@order-saga/orders/order";
import { freeOf } from "@order-saga/payment/ledger";
import type { Payment } from "@order-saga/payment/payment";
import { contradictions } from "@order-saga/protocol/facts";
import {
  bucketId,
  count,
  type Held,
  miscounted,
  negativeCounter,
  unconserved,
} from "@order-saga/protocol/stock";
import { rootEventBits, rootEvents } from "./effects/bus.ts";
import { givenBack, type Intent } from "./intent.ts";
import type { Interner } from "./interner.ts";
import { isSaidOutside } from "./outside-events.ts";
import { product } from "./product.ts";
import { stuck, unfinished } from "./rest-invariants.ts";
import type { Scope } from "./scopes.ts";
import type { Saga, Shelf, Stock, World } from "./world.ts";

export type Invariants = ReturnType<typeof createInvariants>;

export function createInvariants(interner: Interner, scope: Scope) {
  const contradictory = createContradictory(interner, scope);
  const forgotten = createForgotten(interner);
  const wasteful = createWasteful(interner);
  const reservationOf = ({ reservation }: Saga) => interner.get("reservation", reservation);
  const stateOf = (saga: Saga) => reservationOf(saga)?.state;
  return {
    /** A1 to A3, A5 to A7 and A19; the effect of each call judges the invariants that it could break. */
    always({ sagas, shelf }: World): readonly string[] {
      const found = [...stockViolations(sagas.map(reservationOf), shelf, scope.units)];
      for (const saga of sagas) found.push(...wasteful(saga), ...contradictory(saga), ...forgotten(saga));
      return found;
    },
    /** While the provider is down and nothing is left to do without it: what does not need it is done. */
    inOutage: ({ sagas }: World): readonly string[] => sagas.flatMap((saga) => stuck(interner, scope, saga)),
    atRest: ({ sagas }: World): readonly string[] =>
      sagas.flatMap((saga) => unfinished(interner, scope, saga)),
    /** How each order has ended. */
    ends: ({ sagas }: World): string[] =>
      sagas.map((saga) => {
        const settlement = interner.get("payment", saga.payment)?.settlement;
        if (scope.services.includes("notification")) return mailsOf(interner, saga);
        if (!scope.services.includes("payment")) return stateOf(saga) ?? "never placed";
        return saga.order === 0 && !settlement ? "never placed" : `${settlement}/${stateOf(saga)}`;
      }),
  };
}

/** A7: the exclusive facts, over the recorded events. */
function createContradictory(interner: Interner, scope: Scope) {
  const judged = new Map<number, readonly string[]>();
  return (saga: Saga): readonly string[] => {
    const { order, outside, payment, reservation } = saga;
    const name = outside + 256 * (payment + 65_536 * (reservation + 65_536 * order));
    const known = judged.get(name);
    if (known) return known;
    const records = [
      interner.get("payment", payment),
      interner.get("reservation", reservation),
      interner.get("order", order),
    ];
    const isPaymentSearched = scope.services.includes("payment");
    const isPaid = (type: OrderEventType) => producerOf(type) === "payment" && isSaidOutside(saga, type);
    const has = (type: OrderEventType) =>
      records.some((record) => record?.events[type]) || (!isPaymentSearched && isPaid(type));
    const found = contradictions(has).map((contradiction) => `A7: ${contradiction}`);
    judged.set(name, found);
    return found;
  };
}

/** A19: an event that a customer began is on the bus, or the sweep will publish it. */
function createForgotten(interner: Interner) {
  const judged = new Map<number, readonly string[]>();
  return ({ order, rootsPublished }: Saga): readonly string[] => {
    const name = rootsPublished + 4 * order;
    const known = judged.get(name);
    if (known) return known;
    const record = interner.get("order", order);
    const isDue = record?.dueAt !== undefined;
    const toSay = new Set(record && isDue ? unconfirmedRootEvents(record).map(({ type }) => type) : []);
    const isPublished = (type: OrderEventType) => (rootsPublished & (rootEventBits[type] ?? 0)) !== 0;
    const found = rootEvents
      .filter((type) => record?.events[type] && !isPublished(type) && !toSay.has(type))
      .map((type) => `A19: ${type} is recorded as heard and was never published`);
    judged.set(name, found);
    return found;
  };
}

/** A5 and A6, of the order's money and its stock. */
function createWasteful(interner: Interner) {
  const judged = new Map<number, readonly string[]>();
  return ({ intent, payment, reservation }: Saga): readonly string[] => {
    const name = payment + 65_536 * (reservation + 65_536 * intent);
    const known = judged.get(name);
    if (known) return known;
    const record = interner.get("payment", payment);
    const state = interner.get("reservation", reservation)?.state;
    const found = [
      ...moneyWithoutStock(interner.get("intent", intent), record, state),
      ...(record && freeOf(record) < 0 && record.settlement ? overdrawn(record) : []),
    ];
    judged.set(name, found);
    return found;
  };
}

/** A5: what we took and did not give back has its stock; a hold without stock is to be voided. */
function moneyWithoutStock(
  intent: Intent | undefined,
  payment: Payment | undefined,
  state: Reservation["state"] | undefined,
): string[] {
  const isThere = state === "RESERVED" || state === "COMMITTED";
  if (intent?.status === "held" && state === "RELEASED" && payment?.decision !== "ABORT")
    return ["A5: an authorisation is held without stock, and the order is not aborted"];
  if (intent?.status !== "captured" || intent.by !== "us" || isThere) return [];
  const isReturned = intent.refunds.some(({ status }) => status === "returned");
  if (isReturned || givenBack(intent) >= (intent.taken ?? 0)) return [];
  return [`A5: money is held, and the stock is ${state ?? "not reserved"}`];
}

/** A6: what is requested, pending and made is at most what was taken, whatever another hand gave back. */
function overdrawn({ refunds, taken = 0 }: Payment): string[] {
  const ours = refunds.filter(
    ({ source, status }) => source !== "provider" && ["REQUESTED", "PENDING", "SUCCEEDED"].includes(status),
  );
  const sum = ours.reduce((total, { amount }) => total + amount, 0);
  return sum > taken ? [`A6: refunds of ${sum}, ${taken} taken`] : [];
}

function mailsOf(interner: Interner, { notification }: Saga): string {
  const mails = Object.entries(interner.get("notification", notification)?.mails ?? {});
  return mails.map(([kind, { state }]) => `${kind} ${state}`).join(" ") || "no mail";
}

/** A1 to A3: no counter is negative, what was put in is there, each bucket has what its reservations hold. */
function stockViolations(reservations: (Reservation | undefined)[], shelf: Shelf, units: number): string[] {
  const sums = new Map<string, Held>();
  for (const reservation of reservations) if (reservation) count(sums, reservation, 1);
  const judged: [string, string | undefined][] = [["A2", unconserved(sumOf(shelf), units)]];
  for (const [bucket, stock] of shelf.entries()) {
    const held = sums.get(bucketId(product.sku, bucket)) ?? { reserved: 0, sold: 0 };
    judged.push(["A1", negativeCounter(stock)], ["A3", miscounted(stock, held)]);
  }
  return judged.flatMap(([invariant, detail]) => (detail ? [`${invariant}: ${detail}`] : []));
}

const sumOf = (shelf: Shelf): Stock =>
  shelf.reduce((sum, { available, reserved, sold }) => ({
    available: sum.available + available,
    reserved: sum.reserved + reserved,
    sold: sum.sold + sold,
  }));
