// What must hold in every state, and what must hold in addition once nobody has anything left to do.
import type { EventType } from "@order-saga/contracts";
import { contradictions, isEnd } from "@order-saga/local/books/facts";
import { isSettled } from "@order-saga/orders/order";
import type { Contents } from "./contents.ts";
import { mailBits } from "./effects/mail.ts";
import type { Scope } from "./scopes.ts";
import type { Saga, Stock, World } from "./world.ts";

export type Invariants = ReturnType<typeof createInvariants>;

export function createInvariants(contents: Contents, scope: Scope) {
  const facts = new Map<number, readonly string[]>();

  /** A7: the exclusive facts, over the events on record. */
  function contradictory({ order, payment, reservation }: Saga): readonly string[] {
    const name = payment + 65_536 * (reservation + 65_536 * order);
    const known = facts.get(name);
    if (known) return known;
    const records = [
      contents.get("payment", payment),
      contents.get("reservation", reservation),
      contents.get("order", order),
    ];
    const has = (type: EventType) => records.some((record) => record?.events[type]);
    const found = contradictions(has).map((contradiction) => `A7: ${contradiction}`);
    facts.set(name, found);
    return found;
  }

  function stateOf({ reservation }: Saga): string | undefined {
    return contents.get("reservation", reservation)?.state;
  }

  /** A5: money that was taken and not given back has its stock. */
  function moneyWithoutStock(saga: Saga): string[] {
    if (saga.intent !== "captured") return [];
    const state = stateOf(saga);
    if (state === "RESERVED" || state === "COMMITTED") return [];
    return [`A5: money is held, and the stock is ${state ?? "not reserved"}`];
  }

  /** E1, E3 to E6 and E8, of one order. */
  function unfinished(saga: Saga): string[] {
    const payment = contents.get("payment", saga.payment);
    const order = contents.get("order", saga.order);
    const state = stateOf(saga);
    if (!payment && !state && (!order || saga.queued === 0) && saga.placed === 0) return [];
    const { settlement } = payment ?? {};
    const shown = settlement === "CAPTURE_FAILED" ? "DECLINED" : settlement;
    return [
      ...(isEnd(settlement, state) ? [] : [`E1: rests as ${settlement}/${state}`]),
      ...(saga.intent === "held" ? ["E3: an authorisation is left"] : []),
      ...(state === "RESERVED" ? ["E4: a reservation is left"] : []),
      ...((saga.intent === "captured") === (settlement === "CAPTURED")
        ? []
        : [`E7: the provider's intent is ${saga.intent}, payment has it ${settlement}`]),
      ...(saga.intent === "captured" && payment?.cancelled ? ["E6: cancelled, and the money is kept"] : []),
      ...(order && (!isSettled(order) || order.unpublished.length > 0)
        ? ["E1: the order is not settled"]
        : []),
      ...(order && (order.payment !== shown || order.stock !== state)
        ? [`E5: shown as ${order.payment}/${order.stock}, is ${shown}/${state}`]
        : []),
      ...(order?.cancelRequested && saga.intent === "captured"
        ? ["E6: cancelled, and the money is kept"]
        : []),
      ...(scope.services.includes("notification") ? unmailed(saga) : []),
    ];
  }

  /** E8: every mail that was due went out, or says why not. */
  function unmailed(saga: Saga): string[] {
    const mails = Object.entries(contents.get("notification", saga.notification)?.mails ?? {});
    return mails.flatMap(([kind, { state }]) => {
      if (state === "DUE" || state === "CLAIMED") return [`E8: the mail ${kind} is ${state}`];
      const wentOut = (saga.mailed & (mailBits[kind] ?? 0)) !== 0;
      return state === "SENT" && !wentOut ? [`E8: the mail ${kind} passes for sent`] : [];
    });
  }

  return {
    /** A1 to A3, A5 and A7; the other invariants of every state are judged with the call that could break them. */
    always({ sagas, stock }: World): readonly string[] {
      const found = [...stockViolations(sagas.map(stateOf), stock, scope.units)];
      for (const saga of sagas) found.push(...moneyWithoutStock(saga), ...contradictory(saga));
      return found;
    },
    atRest: ({ sagas }: World): readonly string[] => sagas.flatMap(unfinished),
    /** How each order has ended. */
    ends: ({ sagas }: World): string[] =>
      sagas.map((saga) => {
        const settlement = contents.get("payment", saga.payment)?.settlement;
        return saga.order === 0 && !settlement ? "never placed" : `${settlement}/${stateOf(saga)}`;
      }),
  };
}

/** A1 to A3: the counters are not negative, conserve the stock, and are the sum of the reservations. */
function* stockViolations(states: (string | undefined)[], stock: Stock, units: number) {
  const { available, reserved, sold } = stock;
  const count = (state: string) => states.filter((each) => each === state).length;
  if (Math.min(available, reserved, sold) < 0) yield "A1: a counter is negative";
  if (available + reserved + sold !== units) yield `A2: ${available} + ${reserved} + ${sold} is not ${units}`;
  if (reserved !== count("RESERVED")) yield `A3: ${reserved} reserved, ${count("RESERVED")} reservations`;
  if (sold !== count("COMMITTED")) yield `A3: ${sold} sold, ${count("COMMITTED")} sales`;
}
