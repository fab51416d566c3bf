// From a seed to a plan: who orders what and when, and, by a draw of this seed's own, what goes wrong how often.
import { type Plan, type PlannedOrder, START } from "./plan.ts";
import { createRandom, type Random } from "./random.ts";

export const ORDERS_PER_SEED = 8;

const goodCards = ["pm_card_visa", "pm_card_mastercard"];
const badCards = [
  "pm_card_visa_chargeDeclined",
  "pm_card_chargeDeclinedExpiredCard",
  "pm_card_authenticationRequired",
  "pm_card_captureFails",
];
const skus = ["TEA-ASSAM", "TEA-SENCHA", "POT-CAST-IRON"];

export function planOf(seed: number): Plan {
  const random = createRandom(seed);
  const isHot = random.chance(0.4);
  const spread = random.pick([100, 5000, 60_000, 20 * 60_000]);
  const products = skus.map((sku) => ({
    sku,
    unitPrice: random.whole(60, 9000),
    stock: random.whole(isHot ? 1 : 5, isHot ? 4 : 40),
  }));
  const orders = Array.from({ length: ORDERS_PER_SEED }, (_, index) =>
    anOrder(random, index + 1, spread, isHot ? skus.slice(0, 1) : skus),
  );
  return {
    seed,
    start: START,
    pace: {
      call: random.pick([1, 5, 20, 80]),
      bus: random.pick([20, 100, 1000]),
      poll: random.pick([2, 20, 200]),
      indexLag: random.pick([10, 500, 5000]),
    },
    settings: { decideWithinSeconds: 900, reservationSeconds: 900 },
    products,
    orders,
    changes: [],
    faults: [],
    faultsUntil: 3600_000,
    redriveWithinSeconds: 60,
  };
}

function anOrder(random: Random, number: number, spread: number, from: readonly string[]): PlannedOrder {
  const at = Math.floor(random.next() * spread);
  const lines = random
    .shuffled(from)
    .slice(0, random.whole(1, 2))
    .map((sku) => ({ sku, quantity: random.whole(1, 3) }));
  return {
    number,
    at,
    customer: `customer-${random.whole(1, 3)}`,
    lines,
    paymentMethod: random.chance(0.2) ? random.pick(badCards) : random.pick(goodCards),
    ...(random.chance(0.25) && {
      cancelAt: at + Math.floor(random.next() * random.pick([300, 3000, 30_000])),
    }),
  };
}
