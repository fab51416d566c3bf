// Makes plans whose end depends on no race, so that both runtimes must end alike. Recorded in plans.json.
import { type Fault, type Plan, type PlannedOrder, START } from "../src/plan.ts";
import { createRandom, type Random } from "../src/random.ts";

export const PLANS = 50;

/** Long after an order of the plan has settled. */
const LATE_MILLISECONDS = 40 * 60_000;

const ASKING = "pm_card_authenticationRequired";

const cards = ["pm_card_visa", "pm_card_visa_chargeDeclined", ASKING, "pm_card_captureFails"];

/** Two SKUs of this plan alone: one in plenty, one sold out. */
export const skusOf = (seed: number) => ({ plenty: `DRIFT-${seed}`, none: `DRIFT-${seed}-SOLD-OUT` });

export function driftPlanOf(seed: number): Plan {
  const random = createRandom(seed);
  const { plenty, none } = skusOf(seed);
  const orders = Array.from({ length: 3 }, (_, index) => anOrder(random, seed, index + 1));
  return {
    seed,
    start: START,
    pace: { call: 5, bus: 50, poll: 20, indexLag: 100 },
    settings: { decideWithinSeconds: 900, reservationSeconds: 900 },
    products: [
      { sku: plenty, unitPrice: random.whole(60, 9000), stock: 100 },
      { sku: none, unitPrice: random.whole(60, 9000), stock: 0 },
    ],
    orders,
    changes: [],
    faults: random.chance(0.6) ? [aFault(random, orders)] : [],
    faultsUntil: 2 * LATE_MILLISECONDS,
    redriveWithinSeconds: 60,
  };
}

function anOrder(random: Random, seed: number, number: number): PlannedOrder {
  const { plenty, none } = skusOf(seed);
  // A card that fails while stock is short would let the faster of two refusals win.
  const isShort = random.chance(0.2);
  const paymentMethod = isShort || random.chance(0.5) ? "pm_card_visa" : random.pick(cards);
  return {
    number,
    at: number * 10,
    customer: `customer-${random.whole(1, 3)}`,
    lines: [{ sku: isShort ? none : plenty, quantity: random.whole(1, 5) }],
    paymentMethod,
    ...(random.chance(0.3) && { cancelAt: LATE_MILLISECONDS }),
    // Once the mail that asks for an answer was sent, and before the order expires.
    ...(paymentMethod === ASKING && {
      authentication: { answer: (seed + number) % 2 === 0 ? "succeeded" : "failed", afterSeconds: 300 },
    }),
  };
}

/** A fault that both runtimes know: a crash before or after a function's effect, or a repeated request. */
function aFault(random: Random, orders: readonly PlannedOrder[]): Fault {
  const { number: order, ...rest } = random.pick(orders);
  if (random.chance(0.2)) return { kind: "client-retries", at: "orders-place-order", order, seconds: 1 };
  const at = random.pick(reactionsTo(rest));
  // A crash before the first write leaves no effect; a crash after publishing leaves the whole effect.
  if (at === "notification-notify-customer") return { kind: "crash-before", at, order, call: "read" };
  return random.chance(0.5)
    ? { kind: "crash-before", at, order, call: "write" }
    : { kind: "crash-after", at, order, call: "publish" };
}

/** The reactions that surely hear of such an order, and answer it. */
function reactionsTo(order: Omit<PlannedOrder, "number">): string[] {
  const { authentication, cancelAt, lines, paymentMethod } = order;
  const isShort = lines.some(({ sku }) => sku.endsWith("SOLD-OUT"));
  const isGood = paymentMethod === "pm_card_visa" || authentication?.answer === "succeeded";
  const isPaid = !isShort && isGood;
  return [
    "inventory-reserve-stock",
    "orders-track-order",
    "notification-notify-customer",
    ...(isPaid ? ["payment-authorize-payment", "inventory-commit-stock"] : []),
    ...(isPaid && cancelAt !== undefined ? ["payment-abort-payment"] : []),
    ...(isPaid || isShort ? [] : ["inventory-release-stock"]),
  ];
}
