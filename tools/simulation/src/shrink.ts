// Shrinks a failing plan to a smaller one that fails the same way: fewer orders and faults, simpler values.
import type { Fault, Plan, PlannedOrder } from "./plan.ts";
import { fewest, numbersIn, skusIn, withoutOrphans, withRows } from "./shrink-pieces.ts";

/** True if the plan still fails in the way that is looked for. */
export type Fails = (plan: Plan) => Promise<boolean>;

/**
 * Removes what the failure does not need, first in halves, finally one by one (Zeller's ddmin), until nothing
 * more can go or time is over. Chances depend on names alone, so what remains behaves as before.
 */
export async function shrink(plan: Plan, fails: Fails, isOver: () => boolean): Promise<Plan> {
  let smallest = plan;
  for (let size = Number.POSITIVE_INFINITY; size > sizeOf(smallest) && !isOver(); ) {
    size = sizeOf(smallest);
    for (const simpler of [...fewerOfEach, plainer]) {
      if (!isOver()) smallest = await simpler(smallest, fails, isOver);
    }
  }
  return smallest;
}

/** A number that falls with everything that is taken out of a plan. */
const sizeOf = (plan: Plan) => JSON.stringify(plan).length;

type Simpler = (plan: Plan, fails: Fails, isOver: () => boolean) => Promise<Plan>;

/** With less in stock, fewer orders are needed to use it up. */
const fewerPieces: Simpler = async (plan, fails, isOver) => {
  let scarcest = plan;
  for (const { sku, stock: given } of plan.products) {
    for (const stock of [0, 1]) {
      if (stock >= given || isOver()) break;
      const products = scarcest.products.map((each) => (each.sku === sku ? { ...each, stock } : each));
      if (!(await fails({ ...scarcest, products }))) continue;
      scarcest = { ...scarcest, products };
      break;
    }
  }
  return scarcest;
};

/**
 * Some chances depend on the whole run, so a simpler plan may need another seed to fail. This many orders are
 * tried in all: a plan of few orders gets more seeds, because it takes less time.
 */
const ORDERS_TRIED = 120;

/** The plan, with the first chances with which it fails; undefined if there are none among those tried. */
async function withChances(plan: Plan, fails: Fails, isOver: () => boolean): Promise<Plan | undefined> {
  const inBulks = plan.bulks?.reduce((sum, { orders }) => sum + orders.length, 0) ?? 0;
  const tries = ORDERS_TRIED / Math.max(1, plan.orders.length + inBulks);
  for (let other = 0; other < tries && !isOver(); other++) {
    const candidate = { ...plan, seed: plan.seed + other };
    if (await fails(candidate)) return candidate;
  }
  return undefined;
}

/** Orders that are placed at the same moment get in each other's way more often. */
const atOnce: Simpler = async (plan, fails, isOver) => {
  const orders = plan.orders.map((order) => ({ ...order, at: 0 }));
  if (plan.orders.every(({ at }) => at === 0)) return plan;
  return (await withChances({ ...plan, orders }, fails, isOver)) ?? plan;
};

/** The plan with fewer of something, and without the faults of what is gone. */
function fewerOf<T>(all: (plan: Plan) => readonly T[], withOnly: (plan: Plan, left: T[]) => Plan): Simpler {
  return async (plan, fails, isOver) => {
    let smallest = plan;
    await fewest(
      all(plan),
      async (left) => {
        const candidate = withOnly(smallest, left);
        const numbers = numbersIn(candidate);
        const isAbout = ({ order }: Fault) => order === undefined || numbers.has(order);
        const faults = plan.faults.filter(isAbout);
        const found = await withChances({ ...candidate, faults }, fails, isOver);
        smallest = found ?? smallest;
        return found !== undefined;
      },
      isOver,
    );
    return smallest;
  };
}

const fewerOrders = fewerOf(
  ({ orders }) => orders,
  (plan, orders) => withoutOrphans({ ...plan, orders }),
);

const fewerRefunds: Simpler = async (plan, fails, isOver) => {
  if (!plan.refunds) return plan;
  const refunds = await fewest(plan.refunds, (left) => fails({ ...plan, refunds: left }), isOver);
  return { ...plan, refunds };
};

const fewerHands: Simpler = async (plan, fails, isOver) => {
  if (!plan.hands) return plan;
  const hands = await fewest(plan.hands, (left) => fails({ ...plan, hands: left }), isOver);
  return { ...plan, hands };
};

const fewerBulks = fewerOf(
  ({ bulks = [] }) => bulks,
  (plan, bulks) => ({ ...plan, bulks }),
);

const fewerFeeds = fewerOf(
  ({ feeds = [] }) => feeds,
  (plan, feeds) => ({ ...plan, feeds }),
);

/** A bulk has one row at least; faults of rows follow them to their new numbers. */
const fewerRows: Simpler = async (plan, fails, isOver) => {
  let smallest = plan;
  for (const { number, orders } of plan.bulks ?? []) {
    const before = smallest;
    await fewest(
      orders.map((_, row) => row),
      async (rows) => {
        if (rows.length === 0) return false;
        const found = await withChances(withRows(before, number, rows), fails, isOver);
        smallest = found ?? smallest;
        return found !== undefined;
      },
      isOver,
    );
  }
  return smallest;
};

/** The first line of a feed is its header. */
const fewerLines: Simpler = async (plan, fails, isOver) => {
  let smallest = plan;
  for (const { number, lines } of plan.feeds ?? []) {
    const [header = "", ...rows] = lines;
    await fewest(
      rows,
      async (left) => {
        const feeds = smallest.feeds?.map((feed) =>
          feed.number === number ? { ...feed, lines: [header, ...left] } : feed,
        );
        const candidate = { ...smallest, ...(feeds && { feeds }) };
        if (!(await fails(candidate))) return false;
        smallest = candidate;
        return true;
      },
      isOver,
    );
  }
  return smallest;
};

const fewerFaults: Simpler = async (plan, fails, isOver) => {
  const faults = await fewest(plan.faults, (left) => fails({ ...plan, faults: left }), isOver);
  return { ...plan, faults };
};

const fewerChanges: Simpler = async (plan, fails, isOver) => {
  const changes = await fewest(plan.changes, (left) => fails({ ...plan, changes: left }), isOver);
  return { ...plan, changes };
};

const fewerOfEach: readonly Simpler[] = [
  fewerPieces,
  atOnce,
  fewerOrders,
  fewerRefunds,
  fewerHands,
  fewerBulks,
  fewerRows,
  fewerFeeds,
  fewerLines,
  fewerFaults,
  fewerChanges,
];

/** Tries plainer values one by one, and keeps those with which the plan still fails. */
const plainer: Simpler = async (plan, fails, isOver) => {
  let plainest = plan;
  for (const simplify of simplifications(plan)) {
    if (isOver()) break;
    const candidate = simplify(plainest);
    if (JSON.stringify(candidate) !== JSON.stringify(plainest) && (await fails(candidate)))
      plainest = candidate;
  }
  return plainest;
};

function simplifications(plan: Plan): ((plan: Plan) => Plan)[] {
  const ofOrder = (number: number, change: (order: PlannedOrder) => PlannedOrder) => (each: Plan) => ({
    ...each,
    orders: each.orders.map((order) => (order.number === number ? change(order) : order)),
  });
  const ofFault = (index: number, change: (fault: Fault) => Fault) => (each: Plan) => ({
    ...each,
    faults: each.faults.map((fault, place) => (place === index ? change(fault) : fault)),
  });
  return [
    (each) => ({ ...each, pace: { call: 5, bus: 20, poll: 2, indexLag: 10 } }),
    (each) => ({ ...each, settings: { decideWithinSeconds: 900, reservationSeconds: 900 } }),
    (each) => ({ ...each, redriveWithinSeconds: 10 }),
    (each) => ({ ...each, products: each.products.filter(({ sku }) => skusIn(each).has(sku)) }),
    (each) => ({ ...each, ...(each.feeds && { feeds: each.feeds.map(({ copies: _, ...feed }) => feed) }) }),
    ...plan.orders.flatMap(({ number }) => [
      ofOrder(number, ({ cancelAt: _, ...order }) => order),
      ofOrder(number, (order) => ({ ...order, lines: order.lines.slice(0, 1) })),
      ofOrder(number, ({ authentication: _, ...order }) => ({ ...order, paymentMethod: "pm_card_visa" })),
    ]),
    ...plan.faults.flatMap((_, index) => [
      ofFault(index, ({ times: _, ...fault }) => fault),
      ofFault(index, (fault) => ({ ...fault, ...(fault.times !== undefined && { times: fault.times - 1 }) })),
      ofFault(index, ({ variant: _, ...fault }) => fault),
    ]),
  ];
}
