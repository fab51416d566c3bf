// What must hold in every state, and what must hold in addition once nobody has anything left to do.
import { type EventType, eventTypes } from "@order-saga/contracts";
import { contradictions, isEnd } from "@order-saga/invariants/facts";
import { mailKinds } from "@order-saga/notification/notification";
import { isSettled, type Order, unheard } from "@order-saga/orders/order";
import type { Contents } from "./contents.ts";
import { begunBits } from "./effects/bus.ts";
import { mailBits } from "./effects/mail.ts";
import { isSaidElsewhere } from "./elsewhere.ts";
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

  const begunEvents = eventTypes.filter((type) => begunBits[type] !== undefined);
  const unsaid = new Map<number, readonly string[]>();

  /** A19: what a customer began is on the bus, or the sweep will say it. */
  function forgotten({ begun, order }: Saga): readonly string[] {
    const name = begun + 4 * order;
    const known = unsaid.get(name);
    if (known) return known;
    const record = contents.get("order", order);
    const isDue = record?.dueAt !== undefined;
    const toSay = new Set(record && isDue ? unheard(record).map(({ type }) => type) : []);
    const found = begunEvents
      .filter((type) => record?.events[type] && !(begun & (begunBits[type] ?? 0)) && !toSay.has(type))
      .map((type) => `A19: ${type} passes for heard and was never said`);
    unsaid.set(name, found);
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

  /** E1 and E3 to E8, of one order. */
  function unfinished(saga: Saga): string[] {
    return [
      ...(scope.services.includes("payment") && saga.order !== 0 ? unsettled(saga) : []),
      ...(scope.services.includes("notification") ? unmailed(saga) : []),
    ];
  }

  function unsettled(saga: Saga): string[] {
    const order = contents.get("order", saga.order);
    const payment = contents.get("payment", saga.payment);
    const settlement = payment?.settlement;
    const state = stateOf(saga);
    const isCharged = saga.intent === "captured";
    // To its customer a capture that failed is a payment that was declined.
    const shown = settlement === "CAPTURE_FAILED" ? "DECLINED" : settlement;
    return [
      ...unless(isEnd(settlement, state), `E1: rests as ${settlement}/${state}`),
      ...unless(order !== undefined && isSettled(order), "E1: the order is not settled"),
      ...unless(isSaid(saga, order), "E1: an event of the order is not published"),
      ...unless(saga.intent !== "held", "E3: an authorisation is left"),
      ...unless(state !== "RESERVED", "E4: a reservation is left"),
      ...unless(order?.stock === state, `E5: the stock is ${state}, and shown as ${order?.stock}`),
      ...unless(order?.payment === shown, `E5: the payment is ${shown}, and shown as ${order?.payment}`),
      ...unless(!(isCharged && order?.cancelRequested), "E6: cancelled, and the money is kept"),
      ...unless(
        isCharged === (settlement === "CAPTURED"),
        `E7: ${saga.intent}, and recorded as ${settlement}`,
      ),
    ];
  }

  const isSaid = ({ begun }: Saga, order: Order | undefined) =>
    begunEvents.every((type) => !order?.events[type] || (begun & (begunBits[type] ?? 0)) !== 0);

  function mailsOf({ notification }: Saga): string {
    const mails = Object.entries(contents.get("notification", notification)?.mails ?? {});
    return mails.map(([kind, { state }]) => `${kind} ${state}`).join(" ") || "no mail";
  }

  /** E8: every mail that was due went out, or says why not. */
  function unmailed(saga: Saga): string[] {
    const mails = contents.get("notification", saga.notification)?.mails ?? {};
    const events: { [T in EventType]?: unknown } = contents.get("order", saga.order)?.events ?? {};
    const isSaid = (type: EventType) => events[type] !== undefined || isSaidElsewhere(saga, type);
    return mailKinds.flatMap((kind) => {
      const mail = mails[kind];
      const wentOut = (saga.mailed & (mailBits[kind] ?? 0)) !== 0;
      return [
        ...unless(
          mail !== undefined || !isSaid(causeOf[kind]) || !isSaid("OrderPlaced"),
          `E8: nobody thought of the mail ${kind}`,
        ),
        ...unless(
          mail?.state !== "DUE" && mail?.state !== "CLAIMED",
          `E8: the mail ${kind} is ${mail?.state}`,
        ),
        ...unless(mail?.state !== "SENT" || wentOut, `E8: the mail ${kind} passes for sent`),
      ];
    });
  }

  return {
    /** A1 to A3, A5, A7 and A19; the other invariants of every state are judged with the call that could break them. */
    always({ sagas, stock }: World): readonly string[] {
      const found = [...stockViolations(sagas.map(stateOf), stock, scope.units)];
      for (const saga of sagas)
        found.push(...moneyWithoutStock(saga), ...contradictory(saga), ...forgotten(saga));
      return found;
    },
    atRest: ({ sagas }: World): readonly string[] => sagas.flatMap(unfinished),
    /** How each order has ended. */
    ends: ({ sagas }: World): string[] =>
      sagas.map((saga) => {
        const settlement = contents.get("payment", saga.payment)?.settlement;
        if (!scope.services.includes("payment")) return mailsOf(saga);
        return saga.order === 0 && !settlement ? "never placed" : `${settlement}/${stateOf(saga)}`;
      }),
  };
}

const causeOf = {
  received: "OrderPlaced",
  confirmed: "OrderConfirmed",
  rejected: "OrderRejected",
  cancelled: "OrderCancelled",
} as const;

const unless = (isKept: boolean, violation: string) => (isKept ? [] : [violation]);

/** A1 to A3: the counters are not negative, conserve the stock, and are the sum of the reservations. */
function* stockViolations(states: (string | undefined)[], stock: Stock, units: number) {
  const { available, reserved, sold } = stock;
  const count = (state: string) => states.filter((each) => each === state).length;
  if (Math.min(available, reserved, sold) < 0) yield "A1: a counter is negative";
  if (available + reserved + sold !== units) yield `A2: ${available} + ${reserved} + ${sold} is not ${units}`;
  if (reserved !== count("RESERVED")) yield `A3: ${reserved} reserved, ${count("RESERVED")} reservations`;
  if (sold !== count("COMMITTED")) yield `A3: ${sold} sold, ${count("COMMITTED")} sales`;
}
