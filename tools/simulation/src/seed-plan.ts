// From a seed to a plan: who orders what and when, how fast everything is, and what goes wrong.
import { services } from "@order-saga/services";
import { type Fault, type Pace, type Plan, type PlannedChange, type PlannedOrder, START } from "./plan.ts";
import { createRandom, hashText, mix, type Random } from "./random.ts";
import { drawBuckets } from "./seed-buckets.ts";
import { drawContention } from "./seed-contention.ts";
import { drawFaults, drawShortTimes, faultsUntil, providerDown } from "./seed-faults.ts";
import { drawMailReturns } from "./seed-mail-returns.ts";
import { drawFreeKey, drawMoney } from "./seed-money.ts";
import { drawTornReads } from "./seed-torn-reads.ts";
import { drawBulks, drawFeeds } from "./seed-uploads.ts";

export const ORDERS_PER_SEED = 8;

const goodCards = ["pm_card_visa", "pm_card_mastercard"];
const badCards = [
  "pm_card_visa_chargeDeclined",
  "pm_card_chargeDeclinedExpiredCard",
  "pm_card_visa_chargeDeclinedInsufficientFunds",
  "pm_card_captureFails",
];
const skus = ["TEA-ASSAM", "TEA-SENCHA", "POT-CAST-IRON"];

const DAY_SECONDS = 86_400;

/** Shares of the seeds; none for what no service serves. */
const isServed = (route: string) => services.some(({ routes }) => routes.some(({ name }) => name === route));
const BULK_SHARE = isServed("place-bulk") ? 0.15 : 0;
const FEED_SHARE = isServed("create-stock-feed") ? 0.2 : 0;
const FEED_SHARE_OF_BUCKETS = 2.5 * FEED_SHARE;

/** The plan of a seed: always the same for the same code. */
export function planOf(seed: number): Plan {
  const random = createRandom(seed);
  // Everybody wants the same few pieces, or there is enough of everything.
  const isHot = random.chance(0.4);
  const spread = random.pick([100, 5000, 60_000, 20 * 60_000]);
  const cancels = random.pick([0, 0, 0.3, 0.8]);
  const products = skus.map((sku) => ({
    sku,
    unitPrice: random.whole(60, 9000),
    stock: isHot ? random.whole(1, 6) : random.whole(5, 40),
  }));
  const wanted = isHot ? skus.slice(0, random.whole(1, 2)) : skus;
  const drawing = { spread, skus: wanted, cancels };
  const all = Array.from({ length: ORDERS_PER_SEED }, (_, index) =>
    drawOrder(random, { ...drawing, number: index + 1 }),
  );
  const changes = random.chance(0.4) ? drawChanges(random, spread) : [];
  const torn = drawTornReads(seed, { products, orders: all, changes });
  const { contention = drawContention(seed), feeds, ...tornShop } = torn ?? {};
  const spreadOut = torn ? undefined : drawBuckets(seed, { products, orders: all, changes }, spread);
  const shop = { products, orders: all, changes, ...spreadOut, ...tornShop };
  const feedShare = spreadOut ? FEED_SHARE_OF_BUCKETS : FEED_SHARE;
  const { shortTimes, ...more } = drawMore(seed, { ...drawing, feedShare }, shop.orders);
  // Money has chances of its own too, so that a seed's orders come when they came without.
  const {
    faults: ofScene,
    orders,
    ...money
  } = drawMoney(
    createRandom(mix(seed, hashText("money"))),
    more.bulks ? shop.orders.slice(0, ORDERS_PER_SEED / 2) : shop.orders,
  );
  const drawn = [
    ...drawFaults(random, { orders, ...more }),
    ...shortTimes,
    ...ofScene,
    ...drawFreeKey(seed, orders),
    ...drawMailReturns(seed, orders),
  ];
  const faults = seed % 20 === 10 ? providerDown(random, spread) : drawn;
  return {
    seed,
    start: START,
    pace: drawPace(random),
    ...(contention && { contention }),
    settings: {
      decideWithinSeconds: random.pick([900, 900, 900, 60]),
      reservationSeconds: random.pick([900, 900, 900, 30, 1800]),
      ...(seed % 4 === 0 && { isRotating: true as const }),
      ...(seed % 9 === 0 && { hasNoWebhooks: true as const }),
      ...(seed % 7 === 0 && { batchesAtOnce: 8 }),
    },
    ...shop,
    orders,
    ...more,
    ...(feeds && { feeds }),
    ...money,
    faults,
    faultsUntil: faultsUntil(random, faults, lastMoment(spread, money)),
    redriveWithinSeconds: random.pick([10, 600, 3600, 13 * DAY_SECONDS]),
  };
}

const lastMoment = (spread: number, { hands = [], refunds = [] }: Pick<Plan, "hands" | "refunds">) =>
  Math.max(spread, ...[...hands, ...refunds].map(({ at }) => at));

type Ordering = { spread: number; skus: readonly string[]; cancels: number; feedShare: number };

/** Bulks and stock feeds have chances of their own, so that a seed's orders are the same with and without. */
function drawMore(
  seed: number,
  ordering: Ordering,
  orders: readonly PlannedOrder[],
): Pick<Plan, "bulks" | "feeds"> & { shortTimes: Fault[] } {
  const random = createRandom(mix(seed, hashText("bulks and feeds")));
  const drawing = {
    random,
    orders,
    skus,
    spread: ordering.spread,
    drawOrder: () => drawOrder(random, { ...ordering, number: 0 }),
  };
  const more = {
    ...(random.chance(BULK_SHARE) && { bulks: drawBulks(drawing) }),
    ...(random.chance(ordering.feedShare) && { feeds: drawFeeds(drawing) }),
  };
  return { ...more, shortTimes: drawShortTimes(random, more) };
}

function drawPace(random: Random): Pace {
  return {
    call: random.pick([1, 5, 20, 80]),
    bus: random.pick([20, 100, 1000]),
    poll: random.pick([2, 20, 200]),
    indexLag: random.pick([10, 500, 5000]),
  };
}

function drawOrder(
  random: Random,
  { cancels, number, skus: wanted, spread }: Omit<Ordering, "feedShare"> & { number: number },
): PlannedOrder {
  const at = Math.floor(random.next() * spread);
  const lines = random
    .shuffled(wanted)
    .slice(0, random.whole(1, 2))
    .map((sku) => ({ sku, quantity: random.whole(1, 3) }));
  // The same SKU twice, as a careless shop page sends it.
  const [first] = lines;
  if (first && random.chance(0.1)) lines.push({ ...first });
  return {
    number,
    at,
    customer: `customer-${random.whole(1, 3)}`,
    lines,
    paymentMethod: random.pick(random.chance(0.2) ? badCards : goodCards),
    ...(random.chance(cancels) && {
      cancelAt: at + Math.floor(random.next() * random.pick([300, 3000, 30_000, 1_200_000])),
    }),
  };
}

/** More stock, less stock, other prices, while customers order. */
function drawChanges(random: Random, spread: number): PlannedChange[] {
  return Array.from({ length: random.whole(1, 3) }, (): PlannedChange => {
    const at = Math.floor(random.next() * spread);
    const sku = random.pick(skus);
    if (random.chance(0.4)) return { at, reprice: sku, unitPrice: random.whole(60, 9000) };
    return { at, restock: sku, quantity: random.pick([-2, -1, 1, 5, 10]) };
  });
}
