// How long another customer's single order takes beside a bulk, and alone, in virtual time.
import { subjectOf } from "@order-saga/contracts";
import type { Versions } from "./deployments.ts";
import { flakyBulkOf } from "./flaky-bulk.ts";
import type { Plan, PlannedOrder } from "./plan.ts";
import { simulate } from "./simulate.ts";

/** Milliseconds from the customer's request until the last that any service says of the order. */
export type Neighbour = { readonly seed: number; readonly alone: number; readonly beside: number };

/**
 * No fault: a retry of the order itself takes minutes either way and would hide what the bulk costs it. There
 * is enough in stock, and nobody cancels, so that the order has the same way to go both times.
 */
export async function neighbourOf(seed: number, count: number, versions: Versions): Promise<Neighbour> {
  const { bulks = [], ...flaky } = flakyBulkOf(seed, count);
  const [order] = flaky.orders;
  if (!order) throw new TypeError("The plan has no order beside the bulk.");
  const products = flaky.products.map((product) => ({ ...product, stock: 3 * count }));
  const { cancelAt: _, ...single } = order;
  const alone: Plan = { ...flaky, products, orders: [single], faults: [], faultsUntil: 0 };
  return {
    seed,
    alone: await settlingOf(alone, single, versions),
    beside: await settlingOf({ ...alone, bulks }, single, versions),
  };
}

async function settlingOf(plan: Plan, order: PlannedOrder, versions: Versions): Promise<number> {
  const { violations, world } = await simulate(plan, { versions, checkers: () => [] });
  if (violations.length > 0) throw new Error(`seed ${plan.seed}: ${violations[0]?.detail}`);
  const orderId = world.orderIdOf(order);
  const first = new Map<string, number>();
  for (const { accepted, at, event } of world.observed.published)
    if (accepted && event && subjectOf(event) === orderId && !first.has(event.id)) first.set(event.id, at);
  return Math.max(...first.values()) - (plan.start + order.at);
}

/** So many times its time alone an order may take beside a bulk. */
export const MOST_TIMES = 3;

export const timesOf = ({ alone, beside }: Neighbour): number => beside / alone;

/** The middle and the worst, and the seed of that. */
export function sayNeighbours(all: readonly Neighbour[]): { line: string; isGood: boolean } {
  const sorted = all.toSorted((a, b) => timesOf(a) - timesOf(b));
  const middle = sorted[Math.floor(sorted.length / 2)];
  const worst = sorted.at(-1);
  if (!middle || !worst) return { line: "no order was beside a bulk", isGood: false };
  const words = (each: Neighbour) =>
    `${timesOf(each).toFixed(2)} × (${Math.round(each.alone)} ms alone, ${Math.round(each.beside)} ms beside)`;
  return {
    line: `beside a bulk an order takes ${words(middle)} at the median, ${words(worst)} at most (seed ${worst.seed})`,
    isGood: timesOf(worst) <= MOST_TIMES,
  };
}
