// Draws the bulks and stock feeds of a seed; most seeds have none, so that a seed stays short.
import type { PlannedBulk, PlannedFeed, PlannedOrder } from "./plan.ts";
import type { Random } from "./random.ts";

export type Drawing = {
  random: Random;
  skus: readonly string[];
  /** Milliseconds from the start within which customers come. */
  spread: number;
  drawOrder: () => PlannedOrder;
  /** The seed's single orders. */
  orders: readonly PlannedOrder[];
};

const FIRST_BULK = 101;
const FIRST_FEED = 201;
const MOST_CHILDREN = 12;
/** So many, times its copies, take two transactions at least. */
const ROWS_OF_A_LONG_FEED = 4;

export function drawBulks({ drawOrder, random, spread }: Drawing): PlannedBulk[] {
  return Array.from({ length: random.pick([1, 1, 2]) }, (_, index): PlannedBulk => {
    const at = Math.floor(random.next() * spread);
    const orders = Array.from({ length: random.whole(1, MOST_CHILDREN) }, () => {
      const { at: placedAt, cancelAt, customer: _, number: __, ...order } = drawOrder();
      return { ...order, ...(cancelAt !== undefined && { cancelAt: at + cancelAt - placedAt }) };
    });
    return { number: FIRST_BULK + index, at, customer: `customer-${random.whole(1, 3)}`, orders };
  });
}

export function drawFeeds({ orders, random, skus, spread }: Drawing): PlannedFeed[] {
  const feeds: PlannedFeed[] = [];
  for (let index = 0; index < random.pick([1, 2, 3]); index++) {
    const number = FIRST_FEED + index;
    // Half of the feeds are read while an order takes from the same stock.
    const at = random.chance(0.5)
      ? random.pick(orders).at + random.whole(0, random.pick([10, 100, 1000]))
      : Math.floor(random.next() * spread);
    const replaces = index > 0 && random.chance(0.5) ? { replaces: FIRST_FEED } : {};
    const isLong = random.chance(0.2);
    const lines = drawLines(random, skus, isLong ? ROWS_OF_A_LONG_FEED : 0);
    feeds.push({ number, at, ...replaces, ...(isLong && { copies: 150 }), lines });
  }
  return feeds;
}

function drawLines(random: Random, skus: readonly string[], least: number): string[] {
  const isLevel = random.chance(0.5);
  const header = random.chance(0.05) ? "product,pieces" : isLevel ? "sku,level" : "sku,delta";
  // Most files are right; a few have so many bad lines that they are refused.
  const bad = random.pick([0, 0, 0.1, 0.8]);
  const rows = Array.from({ length: random.whole(least, 12) }, () => {
    if (random.chance(bad)) return random.pick(["TEA-ASSAM,many", "NO-SUCH-SKU,5", "TEA-SENCHA", ",3", '"']);
    const pieces = isLevel ? random.whole(0, 20) : random.pick([-2, -1, 1, 2, 5, 10]);
    return `${random.pick(skus)},${pieces}`;
  });
  return [header, ...rows];
}
