// More orders than can be decided, over the shipped functions in virtual time: who is refused, and how long.
import type { ApiCall } from "./checkers/observed.ts";
import { paymentOf } from "./checkers/records.ts";
import type { Versions } from "./deployments.ts";
import { contentionOf } from "./dynamodb/contention.ts";
import type { Fault, Plan } from "./plan.ts";
import { createRandom } from "./random.ts";
import { aPlan, aPlannedOrder } from "./testing.ts";
import { createWorld, openShop, type World } from "./world.ts";

export type Rush = {
  perSecond: number;
  seconds: number;
  decideWithinSeconds: number;
  faults: readonly Fault[];
  /** How many products there are, the second half as popular as the first, the third a third; else one. */
  products?: number;
  /** How long a transaction takes; absent: tables take all at once. */
  transactionMilliseconds?: number;
};

/** One customer for each order, who comes again as the shop says. */
export function planOfRush(rush: Rush): Plan {
  const { decideWithinSeconds, faults, perSecond, products = 1, seconds, transactionMilliseconds } = rush;
  const random = createRandom(1);
  const rankOf = zipf(products);
  const orders = Array.from({ length: perSecond * seconds }, (_, index) =>
    aPlannedOrder({
      number: index + 1,
      at: Math.round((index * 1000) / perSecond),
      customer: `customer-${index}`,
      lines: [{ sku: skuOf(rankOf(random.next())), quantity: 1 }],
    }),
  );
  return aPlan({
    orders,
    products: Array.from({ length: products }, (_, rank) => {
      return { sku: skuOf(rank), unitPrice: 850, stock: 2 * orders.length };
    }),
    ...(transactionMilliseconds !== undefined && {
      contention: contentionOf({ transaction: transactionMilliseconds }),
    }),
    settings: { decideWithinSeconds, reservationSeconds: decideWithinSeconds },
    faults: [...faults],
    faultsUntil: 6 * 3600_000,
  });
}

const skuOf = (rank: number) => `TEA-${rank + 1}`;

/** A product's rank from 0, for a number from 0 to 1, by Zipf's law. */
function zipf(products: number): (share: number) => number {
  const sums: number[] = [];
  for (let rank = 1; rank <= products; rank++) sums.push((sums.at(-1) ?? 0) + 1 / rank);
  const all = sums.at(-1) ?? 1;
  return (share) =>
    Math.max(
      0,
      sums.findIndex((sum) => sum >= share * all),
    );
}

export type Refusals = {
  orders: number;
  /** Requests that were refused, and orders that were at least once. */
  refusals: number;
  refusedOrders: number;
  taken: number;
  /** Of the orders that were taken, those that the deadline ended. */
  expired: number;
  captured: number;
  /** How long each refused order waited to be taken, by what it was told first. */
  ratios: readonly number[];
  /** The products of the orders that were refused. */
  refusedProducts: readonly string[];
  /** Captures in each minute. */
  capturesByMinute: readonly number[];
  deadLetters: number;
};

export async function playRush(rush: Rush, versions: Versions): Promise<Refusals> {
  const plan = planOfRush(rush);
  const world = createWorld(plan, versions);
  const { scheduler } = world.context;
  await openShop(world);
  world.begin();
  const end = plan.start + plan.faultsUntil;
  while ((scheduler.next() ?? Number.POSITIVE_INFINITY) <= end) await scheduler.step();
  return refusalsOf(world, plan);
}

function refusalsOf(world: World, plan: Plan): Refusals {
  const { observed } = world;
  const byOrder = Map.groupBy(
    observed.calls.filter(({ route }) => route === "orders-place-order"),
    ({ orderId }) => orderId ?? "",
  );
  const ratios: number[] = [];
  let [refusals, refusedOrders, taken, expired, captured] = [0, 0, 0, 0, 0];
  const capturesByMinute: number[] = [];
  for (const { accepted, at, event } of observed.published) {
    if (!accepted || event?.type !== "PaymentCaptured") continue;
    const minute = Math.floor((at - plan.start) / 60_000);
    capturesByMinute[minute] = (capturesByMinute[minute] ?? 0) + 1;
  }
  for (const [orderId, calls] of byOrder) {
    const refused = calls.filter(({ answer }) => answer?.status === 429);
    refusals += refused.length;
    const accepted = calls.find(({ answer }) => answer?.status === 202);
    const payment = paymentOf(observed, orderId);
    if (accepted || payment) taken++;
    if (payment?.events.PaymentAborted?.data.reason === "expired") expired++;
    if (payment?.settlement === "CAPTURED") captured++;
    const [first] = refused;
    if (!first) continue;
    refusedOrders++;
    if (accepted) ratios.push((accepted.at - first.at) / 1000 / saidIn(first));
  }
  const refusedProducts = new Set<string>();
  for (const { answer, body, route } of observed.calls)
    if (route === "orders-place-order" && answer?.status === 429)
      for (const { sku } of (body as { lines: { sku: string }[] }).lines) refusedProducts.add(sku);
  ratios.sort((a, b) => a - b);
  const deadLetters = [...world.cloud.queues.all.values()]
    .filter(({ source }) => source !== undefined)
    .reduce((sum, { messages }) => sum + messages.size, 0);
  const { length: orders } = plan.orders;
  return {
    orders,
    refusals,
    refusedOrders,
    taken,
    expired,
    captured,
    ratios,
    refusedProducts: [...refusedProducts].sort(),
    capturesByMinute,
    deadLetters,
  };
}

const saidIn = ({ answer }: ApiCall) => answer?.retryAfterSeconds ?? Number.NaN;
