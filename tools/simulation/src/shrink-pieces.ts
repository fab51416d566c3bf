// What a plan is made of, for shrinking: the numbers that faults name, its SKUs, and bulks with fewer rows.
import { childNumber, type Plan, type PlannedOrder } from "./plan.ts";

/** Of its orders, bulks, orders of bulks and feeds. */
export function numbersIn({ bulks = [], feeds = [], orders }: Plan): Set<number> {
  const rows = bulks.flatMap(({ number, orders: own }) => own.map((_, row) => childNumber(number, row)));
  return new Set([...[...orders, ...bulks, ...feeds].map(({ number }) => number), ...rows]);
}

/** Those that somebody orders, stocks or prices. */
export function skusIn({ bulks = [], changes, feeds = [], orders }: Plan): Set<string> {
  const ordered: Pick<PlannedOrder, "lines">[] = [...orders, ...bulks.flatMap((bulk) => bulk.orders)];
  return new Set([
    ...ordered.flatMap(({ lines }) => lines.map(({ sku }) => sku)),
    ...feeds.flatMap(({ lines }) => lines.map((line) => line.split(",")[0] ?? "")),
    ...changes.map((change) => {
      if ("restock" in change) return change.restock;
      return "raise" in change ? change.raise : change.reprice;
    }),
  ]);
}

/** Without refunds and hands of orders that are gone. */
export function withoutOrphans(plan: Plan): Plan {
  const numbers = numbersIn(plan);
  const isLeft = ({ order }: { order: number }) => numbers.has(order);
  return {
    ...plan,
    ...(plan.refunds && { refunds: plan.refunds.filter(isLeft) }),
    ...(plan.hands && { hands: plan.hands.filter(isLeft) }),
  };
}

/** The bulk with these rows alone, and the faults of what is left, under the rows' new numbers. */
export function withRows(plan: Plan, bulk: number, rows: readonly number[]): Plan {
  const { bulks = [] } = plan;
  const known = bulks.find(({ number }) => number === bulk);
  if (!known) return plan;
  const renamed = new Map(known.orders.map((_, row) => [childNumber(bulk, row), rows.indexOf(row)]));
  const faults = plan.faults.flatMap((fault) => {
    const row = fault.order === undefined ? undefined : renamed.get(fault.order);
    if (row === undefined) return [fault];
    return row < 0 ? [] : [{ ...fault, order: childNumber(bulk, row) }];
  });
  const orders = known.orders.filter((_, row) => rows.includes(row));
  return { ...plan, bulks: bulks.map((each) => (each === known ? { ...known, orders } : each)), faults };
}

/** The fewest elements with which the test still holds, as far as leaving out groups of them can find. */
export async function fewest<T>(
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
