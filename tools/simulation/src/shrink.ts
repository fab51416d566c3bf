// Shrinks a failing plan to a smaller one that fails the same way: fewer orders and faults, simpler values.
import type { Fault, Plan, PlannedOrder } from "./plan.ts";

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
    for (const simpler of [fewerPieces, atOnce, fewerOrders, fewerFaults, fewerChanges, plainer]) {
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
  const tries = ORDERS_TRIED / Math.max(1, plan.orders.length);
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

const fewerOrders: Simpler = async (plan, fails, isOver) => {
  let smallest = plan;
  await fewest(
    plan.orders,
    async (orders) => {
      const isAbout = ({ order }: Fault) =>
        order === undefined || orders.some(({ number }) => number === order);
      const candidate = { ...smallest, orders, faults: plan.faults.filter(isAbout) };
      const found = await withChances(candidate, fails, isOver);
      smallest = found ?? smallest;
      return found !== undefined;
    },
    isOver,
  );
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
    (each) => ({ ...each, products: each.products.filter(({ sku }) => isWanted(each, sku)) }),
    ...plan.orders.flatMap(({ number }) => [
      ofOrder(number, ({ cancelAt: _, ...order }) => order),
      ofOrder(number, (order) => ({ ...order, lines: order.lines.slice(0, 1) })),
      ofOrder(number, (order) => ({ ...order, paymentMethod: "pm_card_visa" })),
    ]),
    ...plan.faults.flatMap((_, index) => [
      ofFault(index, ({ times: _, ...fault }) => fault),
      ofFault(index, (fault) => ({ ...fault, ...(fault.times !== undefined && { times: fault.times - 1 }) })),
      ofFault(index, ({ variant: _, ...fault }) => fault),
    ]),
  ];
}

const isWanted = (plan: Plan, sku: string) =>
  plan.orders.some(({ lines }) => lines.some((line) => line.sku === sku)) ||
  plan.changes.some((change) => ("restock" in change ? change.restock : change.reprice) === sku);

/** The fewest elements with which the test still holds, as far as leaving out groups of them can find. */
async function fewest<T>(
  all: readonly T[],
  holds: (left: T[]) => Promise<boolean>,
  isOver: () => boolean,
): Promise<T[]> {
  let left = [...all];
  if (left.length > 0 && (await holds([]))) return [];
  for (let group = Math.ceil(left.length / 2); group >= 1; group = group === 1 ? 0 : Math.ceil(group / 2)) {
    for (let start = 0; start < left.length && !isOver(); ) {
      const without = left.toSpliced(start, group);
      if (without.length > 0 && (await holds(without))) left = without;
      else start += group;
    }
  }
  return left;
}
