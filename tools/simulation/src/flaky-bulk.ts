// Plans of one bulk of orders, and one order of another customer beside it, under a flaky network.
import type { FaultKind } from "./fault-kinds.ts";
import { type Fault, type Plan, type PlannedBulk, START } from "./plan.ts";
import { createRandom, type Random } from "./random.ts";
import { sitesOf } from "./seed-faults.ts";

/** How likely each fault is at each place and for each order: the laptop's preset "flaky network". */
const chances: { readonly [K in FaultKind]?: number } = {
  "bus-half-failed": 0.2,
  "bus-throttled": 0.05,
  "publish-answer-lost": 0.05,
  "tasks-half-failed": 0.2,
  "tasks-answer-lost": 0.05,
  "queue-duplicate": 0.05,
  "bus-duplicate": 0.2,
  reorder: 0.3,
  "crash-before": 0.05,
  "crash-after": 0.05,
  "provider-timeout-with-effect": 0.1,
  "provider-5xx": 0.1,
  "mail-throttled": 0.1,
};

const MINUTE = 60_000;
const products = ["TEA-ASSAM", "TEA-SENCHA", "POT-CAST-IRON"];
const cards = ["pm_card_visa", "pm_card_visa", "pm_card_mastercard", "pm_card_visa_chargeDeclined"];

export function flakyBulkOf(seed: number, count: number): Plan {
  const random = createRandom(seed);
  const bulk: PlannedBulk = {
    number: 101,
    at: 0,
    customer: "customer-1",
    orders: Array.from({ length: count }, () => aRow(random)),
  };
  const orders = [{ number: 1, at: random.whole(0, 2000), customer: "customer-2", ...aRow(random) }];
  const wishes = { orders, bulks: [bulk] };
  return {
    seed,
    start: START,
    pace: { call: random.pick([1, 5, 20]), bus: random.pick([20, 100]), poll: 2, indexLag: 500 },
    settings: { decideWithinSeconds: 900, reservationSeconds: 900 },
    // Two in three rows find enough.
    products: products.map((sku) => ({
      sku,
      unitPrice: random.whole(60, 9000),
      stock: Math.ceil(count / 2),
    })),
    ...wishes,
    changes: [],
    faults: (Object.keys(chances) as FaultKind[]).flatMap((kind) => drawAll(random, kind, wishes)),
    faultsUntil: 30 * MINUTE,
    redriveWithinSeconds: 600,
  };
}

function aRow(random: Random): PlannedBulk["orders"][number] {
  return {
    lines: [{ sku: random.pick(products), quantity: random.whole(1, 2) }],
    paymentMethod: random.pick(cards),
    ...(random.chance(0.1) && { cancelAt: random.whole(0, 20_000) }),
  };
}

function drawAll(random: Random, kind: FaultKind, wishes: Pick<Plan, "orders" | "bulks">): Fault[] {
  return sitesOf(kind, wishes).flatMap(({ numbers, place }) =>
    numbers
      .filter(() => random.chance(chances[kind] ?? 0))
      .map((order): Fault => ({ kind, ...place, order, nth: 1, seconds: random.whole(1, 30) })),
  );
}
