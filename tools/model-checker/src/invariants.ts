// What must hold in every state, and what must hold in addition once nothing is left to do.
import type { OrderEventType } from "@order-saga/contracts";
import { unconfirmedRootEvents } from "@order-saga/orders/order";
import { contradictions } from "@order-saga/protocol/facts";
import { counterOf, miscounted, negativeCounter, unconserved } from "@order-saga/protocol/stock";
import { rootEventBits, rootEvents } from "./effects/bus.ts";
import type { Interner } from "./interner.ts";
import { unfinished } from "./rest-invariants.ts";
import type { Scope } from "./scopes.ts";
import type { Saga, Stock, World } from "./world.ts";

export type Invariants = ReturnType<typeof createInvariants>;

export function createInvariants(interner: Interner, scope: Scope) {
  const contradictory = createContradictory(interner);
  const forgotten = createForgotten(interner);
  const stateOf = ({ reservation }: Saga) => interner.get("reservation", reservation)?.state;
  return {
    /** A1 to A3, A5, A7 and A19; the effect of each call judges the invariants that it could break. */
    always({ sagas, stock }: World): readonly string[] {
      const found = [...stockViolations(sagas.map(stateOf), stock, scope.units)];
      for (const saga of sagas)
        found.push(...moneyWithoutStock(saga, stateOf(saga)), ...contradictory(saga), ...forgotten(saga));
      return found;
    },
    atRest: ({ sagas }: World): readonly string[] =>
      sagas.flatMap((saga) => unfinished(interner, scope, saga)),
    /** How each order has ended. */
    ends: ({ sagas }: World): string[] =>
      sagas.map((saga) => {
        const settlement = interner.get("payment", saga.payment)?.settlement;
        if (!scope.services.includes("payment")) return mailsOf(interner, saga);
        return saga.order === 0 && !settlement ? "never placed" : `${settlement}/${stateOf(saga)}`;
      }),
  };
}

/** A7: the exclusive facts, over the recorded events. */
function createContradictory(interner: Interner) {
  const judged = new Map<number, readonly string[]>();
  return ({ order, payment, reservation }: Saga): readonly string[] => {
    const name = payment + 65_536 * (reservation + 65_536 * order);
    const known = judged.get(name);
    if (known) return known;
    const records = [
      interner.get("payment", payment),
      interner.get("reservation", reservation),
      interner.get("order", order),
    ];
    const has = (type: OrderEventType) => records.some((record) => record?.events[type]);
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

/** A5: money that was taken and not given back has its stock. */
function moneyWithoutStock({ intent }: Saga, state: string | undefined): string[] {
  if (intent !== "captured" || state === "RESERVED" || state === "COMMITTED") return [];
  return [`A5: money is held, and the stock is ${state ?? "not reserved"}`];
}

function mailsOf(interner: Interner, { notification }: Saga): string {
  const mails = Object.entries(interner.get("notification", notification)?.mails ?? {});
  return mails.map(([kind, { state }]) => `${kind} ${state}`).join(" ") || "no mail";
}

/** A1 to A3: the counters are not negative, conserve the stock, and are the sum of the reservations. */
function stockViolations(states: (string | undefined)[], stock: Stock, units: number): string[] {
  const held = { reserved: 0, sold: 0 };
  for (const state of states) {
    const counter = counterOf(state);
    if (counter) held[counter] += 1;
  }
  const judged = { A1: negativeCounter(stock), A2: unconserved(stock, units), A3: miscounted(stock, held) };
  return Object.entries(judged).flatMap(([invariant, detail]) => (detail ? [`${invariant}: ${detail}`] : []));
}
