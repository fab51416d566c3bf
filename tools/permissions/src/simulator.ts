// Seeds of the simulator, whose faults lead functions where no plain scenario does.
import { BUS_NAME } from "@order-saga/local/source-folders";
import { loadFunctions } from "@order-saga/simulation/load-functions";
import type { Plan } from "@order-saga/simulation/plan";
import { planOf } from "@order-saga/simulation/seed-plan";
import { simulate } from "@order-saga/simulation/simulate";
import type { Usage } from "./usage.ts";

/** Seeds that were seen to use what plain scenarios do not; a change may move that to other seeds. */
const promising = [96, 208, 54, 127, 21];

/** Ends when everything is used; returns how many seeds were run. */
export async function runSeeds(usage: Usage, most: number): Promise<number> {
  const functions = await loadFunctions();
  const others = Array.from({ length: most }, (_, index) => index + 1).filter(
    (seed) => !promising.includes(seed),
  );
  const plans = [counted, tooMany, ...[...promising, ...others].slice(0, most).map(planOf)];
  for (const [run, plan] of plans.entries()) {
    if (usage.unused().length === 0) return run;
    await simulate(plan, {
      versions: { first: functions, second: functions },
      checkers: () => [],
      onAllowed: (role, asked) => usage.note(role, onTheLaptop(asked)),
    });
  }
  return most;
}

const LINES = [{ sku: "TEA-ASSAM", quantity: 1 }];
const CARD = "pm_card_visa";

/** A stage with quotas: two orders of one customer, and two bulks of another, each within a slot. */
const counted: Plan = {
  ...planOf(1),
  settings: {
    decideWithinSeconds: 60,
    reservationSeconds: 60,
    quota: { orders: 10, mails: 10, seconds: 3600 },
  },
  products: [{ sku: "TEA-ASSAM", unitPrice: 850, stock: 100 }],
  orders: [1, 2].map((number) => ({
    number,
    at: number * 100,
    customer: "customer-1",
    lines: LINES,
    paymentMethod: CARD,
  })),
  bulks: [901, 902].map((number) => ({
    number,
    at: (number - 900) * 1000,
    customer: "customer-of-many",
    orders: [{ lines: LINES, paymentMethod: CARD }],
  })),
  changes: [],
  feeds: [],
  refunds: [],
  hands: [],
  faults: [],
  faultsUntil: 60_000,
};

/**
 * More orders than the provider takes, and a bulk among them: some are refused and come again; then inventory
 * stands still, and the sweep finds what it has not decided. No seed has as many orders.
 */
const tooMany: Plan = {
  ...planOf(1),
  settings: { decideWithinSeconds: 60, reservationSeconds: 60 },
  products: [{ sku: "TEA-ASSAM", unitPrice: 850, stock: 10_000 }],
  orders: Array.from({ length: 320 }, (_, index) => ({
    number: index + 1,
    // Eight a second for half a minute, and later one a second.
    at: index < 240 ? index * 125 : 300_000 + (index - 240) * 1000,
    customer: `customer-${index}`,
    lines: LINES,
    paymentMethod: CARD,
  })),
  bulks: [
    {
      number: 901,
      at: 22_000,
      customer: "customer-of-many",
      orders: Array.from({ length: 80 }, () => ({ lines: LINES, paymentMethod: CARD })),
    },
  ],
  changes: [],
  feeds: [],
  refunds: [],
  hands: [],
  faults: [
    { kind: "limit", at: "provider", from: 0, until: 290_000, perSecond: 1 },
    { kind: "paused", at: "inventory", from: 295_000, until: 500_000 },
  ],
  faultsUntil: 600_000,
};

/** The simulator's bus has another name. */
function onTheLaptop<A extends { readonly resource: string }>(asked: A): A {
  return { ...asked, resource: asked.resource.replace(/:event-bus\/.*$/, `:event-bus/${BUS_NAME}`) };
}
