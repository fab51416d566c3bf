// How an order ended, and when: ends, money, units, mails and deadlines, from records, bus and provider.
import type { Checker, Item, Observed } from "../checkers/observed.ts";
import {
  asNotification,
  asOrder,
  asPayment,
  asReservation,
  isGenuine,
  orderOf,
  paymentOf,
  reservationOf,
  takenFrom,
} from "../checkers/records.ts";
import type { World } from "../world.ts";

export type Outcome = {
  /** Settlement, reservation and what the customer is shown. */
  readonly end: string;
  /** Captured less refunded, in minor units, and what became of each intent. */
  readonly money: number;
  readonly intents: string;
  readonly amount: number;
  readonly units: number;
  /** Every mail that was sent. */
  readonly mails: readonly string[];
  /** False if it was decided after its deadline. */
  readonly isInTime: boolean;
  /** When each state was first reached, in milliseconds from the start of the plan. */
  readonly moments: ReadonlyMap<string, number>;
};

/** Watches the records of a run; `of` gives what it has seen of one order. */
export type Bookkeeper = { readonly checker: Checker; of(world: World, orderId: string): Outcome };

export function createBookkeeper(): Bookkeeper {
  const moments = new Map<string, Map<string, number>>();
  const checker: Checker = {
    invariant: "books",
    says: "notes when each order reached each of its states",
    afterStep(observed, { written }) {
      for (const item of written) {
        for (const [orderId, state] of statesOf(item)) {
          const own = moments.get(orderId) ?? new Map<string, number>();
          moments.set(orderId, own);
          if (!own.has(state)) own.set(state, observed.now);
        }
      }
      return [];
    },
  };
  return {
    checker,
    of: ({ context, observed }, orderId) =>
      outcomeOf(observed, orderId, moments.get(orderId) ?? new Map(), context.plan.start),
  };
}

/** The states that a written record shows for the first time or again. */
function statesOf(item: Item): [orderId: string, state: string][] {
  const order = asOrder(item);
  if (order) {
    const shown = `order ${order.payment} ${order.stock}`;
    return [shown, ...order.timeline.map(({ type }) => `order knows ${type}`)].map((state) => [
      order.orderId,
      state,
    ]);
  }
  const reservation = asReservation(item);
  if (reservation) return [[reservation.orderId, `stock ${reservation.state}`]];
  const payment = asPayment(item);
  if (payment) {
    const { authorization, decision, orderId, settlement, stock } = payment;
    return [
      [orderId, `authorization ${authorization.state}`],
      [orderId, `decision ${decision}`],
      [orderId, `payment knows stock ${stock}`],
      [orderId, `settlement ${settlement}`],
    ];
  }
  const notification = asNotification(item);
  if (!notification) return [];
  const mails = Object.entries(notification.mails);
  return mails.map(([kind, mail]) => [notification.orderId, `mail ${kind} ${mail?.state}`]);
}

function outcomeOf(
  observed: Observed,
  orderId: string,
  states: ReadonlyMap<string, number>,
  start: number,
): Outcome {
  const order = orderOf(observed, orderId);
  const payment = paymentOf(observed, orderId);
  const reservation = reservationOf(observed, orderId);
  const intents = observed.intents.get(orderId) ?? [];
  const moments = new Map([...states].map(([state, at]) => [state, at - start]));
  for (const entry of observed.published) {
    if (!isGenuine(entry) || !("orderId" in entry.event) || entry.event.orderId !== orderId) continue;
    const said = `said ${entry.event.type}`;
    if (!moments.has(said)) moments.set(said, entry.at - start);
  }
  const mails = observed.mails.filter((mail) => mail.orderId === orderId);
  for (const { at, kind } of mails)
    if (!moments.has(`mailed ${kind}`)) moments.set(`mailed ${kind}`, at - start);
  const decidedAt = Math.min(
    ...["CAPTURE", "ABORT"].map((each) => states.get(`decision ${each}`) ?? Infinity),
  );
  return {
    end: `${payment?.settlement}/${reservation?.state} ${order?.payment}/${order?.stock}`,
    money: takenFrom(observed, orderId),
    intents: intents.map(({ state }) => state).join(", "),
    amount: order?.amount ?? 0,
    units: (reservation?.lines ?? []).reduce((sum, { quantity }) => sum + quantity, 0),
    mails: mails.map(({ kind }) => kind).sort(),
    isInTime: !order || decidedAt <= Date.parse(order.decideBy),
    moments,
  };
}
