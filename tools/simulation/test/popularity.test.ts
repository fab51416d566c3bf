// Products as popular as products are, over tables whose transactions take time.
import { expect, test } from "vitest";
import { planOfRush } from "../src/overload.ts";
import { endOf, run } from "../src/testing.ts";

/** Each product is put into the shop by two requests, which is most of the work. */
const [PRODUCTS, SECONDS] = process.env.NIGHTLY ? [1000, 20] : [100, 3];
const PER_SECOND = 40;

test(`${PRODUCTS} products by Zipf's law: all orders are sold, none is refused, and no invariant breaks`, {
  timeout: 600_000,
}, async () => {
  const rush = { perSecond: PER_SECOND, seconds: SECONDS, decideWithinSeconds: 900, faults: [] };
  const plan = planOfRush({ ...rush, products: PRODUCTS, transactionMilliseconds: 15 });
  const ran = await run(plan);
  expect(ran.violations).toEqual([]);
  expect(new Set(plan.orders.map((order) => endOf(ran, order)))).toEqual(new Set(["CAPTURED/COMMITTED"]));
  const { calls, published } = ran.world.observed;
  expect(calls.filter(({ answer }) => answer?.status === 429)).toEqual([]);

  const askedFor = Map.groupBy(plan.orders, ({ lines }) => lines[0]?.sku);
  const secondsOf = (sku: string) =>
    (askedFor.get(sku) ?? []).flatMap((order) => {
      const orderId = ran.world.orderIdOf(order);
      const sold = published.find(
        ({ event }) => event?.type === "StockCommitted" && event.orderId === orderId,
      );
      return sold ? [(sold.at - plan.start - order.at) / 1000] : [];
    });
  const popular = secondsOf("TEA-1");
  console.log({
    products: PRODUCTS,
    orders: plan.orders.length,
    productsAskedFor: askedFor.size,
    ofTheMostPopular: popular.length,
    itsSlowestSeconds: Math.max(...popular).toFixed(1),
  });
  // Were all as popular, it would have one in a hundred.
  expect(popular.length).toBeGreaterThan(plan.orders.length / 10);
});
