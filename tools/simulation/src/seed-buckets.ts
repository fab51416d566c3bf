// Spreads a seed's hot SKU over buckets: its units lie scattered, or it is raised while orders come.
import type { Plan, PlannedChange, PlannedOrder, PlannedProduct } from "./plan.ts";
import { createRandom, hashText, mix, type Random } from "./random.ts";

/** Of the seeds; its chances are its own, so that the orders of the others come as they came without. */
const SHARE = 0.25;
const MOST_BUCKETS = 5;

type Drawn = Pick<Plan, "products" | "orders" | "changes">;

/** Undefined for a seed whose SKUs have one bucket each. */
export function drawBuckets(seed: number, drawn: Drawn, spread: number): Drawn | undefined {
  const random = createRandom(mix(seed, hashText("buckets")));
  if (!random.chance(SHARE)) return undefined;
  const wanted = random.pick(random.pick(drawn.orders).lines).sku;
  const others = drawn.products.map(({ sku }) => sku).filter((sku) => sku !== wanted);
  const skus = new Set([wanted, ...(random.chance(0.3) ? [random.pick(others)] : [])]);
  const isRaised = random.chance(0.4);
  const products = drawn.products.map((product) =>
    skus.has(product.sku) && !isRaised ? { ...product, scattered: scatter(product, random) } : product,
  );
  const changes = [...skus].flatMap((sku) => drawChanges(random, { sku, isRaised, spread }));
  const orders = random.chance(0.5) ? drawn.orders.map((order) => larger(order, skus, random)) : drawn.orders;
  return { products, orders, changes: [...drawn.changes, ...changes] };
}

/** Few units in each bucket, or all of them in one or two. */
function scatter({ stock }: PlannedProduct, random: Random): number[] {
  const buckets = Array.from({ length: random.whole(1, MOST_BUCKETS - 1) }, () => 0);
  const into = random.chance(0.5) ? buckets.length : random.whole(1, 2);
  for (let unit = 0; unit < stock; unit++) {
    const bucket = random.whole(0, into);
    if (bucket > 0 && bucket <= buckets.length) buckets[bucket - 1] = (buckets[bucket - 1] ?? 0) + 1;
  }
  return buckets;
}

/** Raised once or twice, and corrected: by more than the head has, too. */
function drawChanges(
  random: Random,
  { isRaised, sku, spread }: { sku: string; isRaised: boolean; spread: number },
): PlannedChange[] {
  const at = () => Math.floor(random.next() * spread);
  const first = random.whole(2, MOST_BUCKETS);
  return [
    ...(isRaised ? [{ at: at(), raise: sku, buckets: first }] : []),
    ...(random.chance(0.3) ? [{ at: at(), raise: sku, buckets: random.whole(2, MOST_BUCKETS + 3) }] : []),
    ...(random.chance(0.6)
      ? [{ at: at(), restock: sku, quantity: random.pick([-6, -4, -3, -2, -1, 1]) }]
      : []),
  ];
}

/** More of the SKU, beside other lines: an order's lines lie in different buckets, or in no single one. */
function larger(order: PlannedOrder, skus: ReadonlySet<string>, random: Random): PlannedOrder {
  const lines = order.lines.map((line) => {
    const quantity = random.whole(1, 5);
    return skus.has(line.sku) ? { ...line, quantity } : line;
  });
  return { ...order, lines };
}
