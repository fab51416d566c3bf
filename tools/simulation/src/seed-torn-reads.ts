// A seed whose buckets are read slowly, one after the other, while their units move and are taken.
import { published } from "@order-saga/emulator/dynamodb/contention/throughput";
import { type Contention, contentionOf } from "./dynamodb/contention.ts";
import type { Plan, PlannedOrder } from "./plan.ts";
import { createRandom, hashText, mix, type Random } from "./random.ts";

/** Of so many seeds one. Its chances are its own, as those of buckets are. */
const EVERY = 16;
const WITHIN_MILLISECONDS = 800;
const FEED = 201;

type Drawn = Pick<Plan, "products" | "orders" | "changes">;
type Torn = Drawn & Pick<Plan, "feeds"> & { contention: Contention };

/** Undefined for the other seeds. */
export function drawTornReads(seed: number, { changes, orders, products }: Drawn): Torn | undefined {
  const [hot, ...others] = products;
  if (seed % EVERY !== 15 || !hot) return undefined;
  const random = createRandom(mix(seed, hashText("torn reads")));
  const stock = random.whole(4, 9);
  const { sku } = hot;
  // Units that an order finds nowhere in its own bucket are moved there, a share at once.
  const scattered = random.pick([[stock], [stock], [0, stock]]);
  return {
    products: [{ ...hot, stock, scattered }, ...others],
    orders: orders.map((order) => atOnce(order, random, { sku, stock })),
    changes,
    // A level is computed from buckets that were read while orders took from them.
    ...(random.chance(0.5) && { feeds: [levelOf(sku, random)] }),
    contention: slowReads(random),
  };
}

/** Most want one unit, some nearly all: those are refused if a read misses what moves. */
function atOnce(order: PlannedOrder, random: Random, { sku, stock }: { sku: string; stock: number }) {
  const at = random.whole(0, WITHIN_MILLISECONDS);
  const isLarge = random.chance(0.3);
  const quantity = isLarge ? random.whole(Math.ceil(stock / 2) + 1, stock - 1) : 1;
  const { cancelAt } = order;
  return {
    ...order,
    at,
    lines: [{ sku, quantity }],
    ...(cancelAt !== undefined && { cancelAt: at + cancelAt - order.at }),
  };
}

function levelOf(sku: string, random: Random) {
  const at = random.whole(0, WITHIN_MILLISECONDS);
  return { number: FEED, at, lines: ["sku,level", `${sku},${random.whole(1, 12)}`] };
}

/** Many transactions fit between the reads of two buckets. */
const slowReads = (random: Random) =>
  contentionOf({
    single: random.pick([50, 150, 400]),
    transaction: random.pick([5, 15]),
    throughput: published,
  });
