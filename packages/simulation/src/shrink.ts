// From a plan that fails to a small one that fails in the same way: fewer orders, fewer faults, plainer values.
import type { Fault, Plan, PlannedOrder } from "./plan.ts";

/** True if the plan still fails in the way that is looked for. */
export type Fails = (plan: Plan) => Promise<boolean>;

/**
 * Takes out what is not needed, in halves first and one by one in the end (Zeller's ddmin), until nothing more can go
 * or the time is over. The same name always means the same chance in a run, so what is left behaves as before.
 */
export async function shrink(plan: Plan, fails: Fails, isOver: () => boolean): Promise<Plan> {
  let smallest = plan;
  for (let size = Number.POSITIVE_INFINITY; size > sizeOf(smallest) && !isOver(); ) {
    size = sizeOf(smallest);
    for (const simpler of [fewerOrders, fewerFaults, fewerChanges, plainer]) {
      if (!isOver()) smallest = await simpler(smallest, fails, isOver);
    }
  }
  return smallest;
}

/** A number that falls with everything that is taken out of a plan. */
const sizeOf = (plan: Plan) => JSON.stringify(plan).length;

type Simpler = (plan: Plan, fails: Fails, isOver: () => boolean) => Promise<Plan>;

const fewerOrders: Simpler = async (plan, fails, isOver) => {
  const withOrders = (orders: PlannedOrder[]): Plan => ({
    ...plan,
    orders,
    faults: plan.faults.filter(
      ({ order }) => order === undefined || orders.some((each) => each.number === order),
    ),
  });
  return withOrders(await fewest(plan.orders, (orders) => fails(withOrders(orders)), isOver));
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
