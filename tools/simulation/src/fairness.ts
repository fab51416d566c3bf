// How long one customer's order takes beside many of another customer, in virtual time.
import { subjectOf } from "@order-saga/contracts";
import { createCheckers } from "./checkers/index.ts";
import { loadFunctions } from "./load-functions.ts";
import type { Fault, Plan, PlannedOrder } from "./plan.ts";
import { simulate } from "./simulate.ts";
import { aPlan, aPlannedOrder } from "./testing.ts";

/** Loaded with this file, so that a mutant's import of it has the mutant's. */
const functions = await loadFunctions();
const versions = { first: functions, second: functions };

export type Crowd = {
  /** The other customer orders each by itself within a second, or all in bulks of 500 at once. */
  readonly by: "orders" | "bulks";
  readonly count: number;
  /** Calls that the provider takes of each operation, and mails. */
  readonly perSecond: number;
  readonly mailsPerSecond: number;
  /** The order wants what all the others want, or something else. */
  readonly sku?: string;
};

const limit = (at: "provider" | "mail", perSecond: number): Fault => ({
  kind: "limit",
  at,
  from: 0,
  until: 7200_000,
  perSecond,
});

const plainOrder = ({ by, count, sku = "TEA-ASSAM" }: Crowd): PlannedOrder =>
  aPlannedOrder({
    number: 900_001,
    // A bulk is placed at ten orders a second: when nine in ten of it are, most of them wait.
    at: by === "orders" ? 1000 : 90 * Math.min(count, 500),
    customer: "customer-of-one",
    lines: [{ sku, quantity: 2 }],
  });

function planOf(crowd: Crowd): Plan {
  const { by, count, mailsPerSecond, perSecond } = crowd;
  const orders = Array.from({ length: count }, (_, index) =>
    aPlannedOrder({
      number: index + 1,
      at: Math.floor((1000 * index) / count),
      customer: "customer-of-many",
    }),
  );
  const bulks = Array.from({ length: Math.ceil(count / 500) }, (_, index) => ({
    number: 2001 + index,
    at: 0,
    customer: "customer-of-many",
    orders: orders
      .slice(500 * index, 500 * (index + 1))
      .map(({ lines, paymentMethod }) => ({ lines, paymentMethod })),
  }));
  const single = plainOrder(crowd);
  return aPlan({
    pace: { call: 10, bus: 20, poll: 2, indexLag: 10 },
    ...(by === "orders" ? { orders: [...orders, single] } : { orders: [single], bulks }),
    products: ["TEA-ASSAM", "TEA-SENCHA"].map((sku) => ({ sku, unitPrice: 850, stock: 3 * count })),
    faults: [limit("provider", perSecond), limit("mail", mailsPerSecond)],
  });
}

/** From the one order's request, in seconds. */
export type Beside = {
  readonly confirmed: number;
  /** Its last mail. */
  readonly mailed: number;
  /** The other customer's last order is confirmed. */
  readonly others: number;
};

/** Throws if an invariant is broken. */
export async function secondsBeside(crowd: Crowd): Promise<Beside> {
  const plan = planOf(crowd);
  const single = plainOrder(crowd);
  const { violations, world } = await simulate(plan, { versions, checkers: createCheckers });
  if (violations.length > 0) throw new Error(`${violations[0]?.invariant}: ${violations[0]?.detail}`);
  const orderId = world.orderIdOf(single);
  const last = (moments: number[]) => (Math.max(...moments) - plan.start - single.at) / 1000;
  const confirmed = world.observed.published.filter(
    ({ accepted, event }) => accepted && event?.type === "OrderConfirmed",
  );
  const isOwn = ({ event }: (typeof confirmed)[number]) => event && subjectOf(event) === orderId;
  return {
    confirmed: last(confirmed.filter(isOwn).map(({ at }) => at)),
    mailed: last(world.observed.mails.filter((mail) => mail.orderId === orderId).map(({ at }) => at)),
    others: last(confirmed.filter((each) => !isOwn(each)).map(({ at }) => at)),
  };
}
