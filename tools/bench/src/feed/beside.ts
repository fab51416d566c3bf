// A stock feed beside orders of the same SKUs, on a laptop that may be killed meanwhile: how fast, how large,
// and whether the stock is the plain sum of the valid rows minus what was sold.
import { type StockFeedCreated, uploadStockFeed } from "@order-saga/client";
import type { StockFeedView } from "@order-saga/contracts";
import { createRandom } from "@order-saga/simulation/random";
import { type MortalLaptop, startMortalLaptop } from "./mortal-laptop.ts";
import { makeRows } from "./rows.ts";

export type Plan = {
  readonly directory: string;
  readonly rows: number;
  readonly orders: number;
  readonly skus: number;
  readonly kills: number;
  readonly seed: number;
};

export type BesideResult = Omit<Plan, "directory"> & {
  /** From the upload until the feed has ended. */
  readonly rowsPerSecond: number;
  readonly applied: number;
  readonly refused: number;
  /** By how the orders ended. */
  readonly ends: Readonly<Record<string, number>>;
  readonly idleMegabytes: number;
  readonly peakMegabytes: number;
  /** Rows that were applied when the laptop was killed. */
  readonly killedAt: readonly number[];
  /** SKUs whose stock is another than the plain sum, and by how much. */
  readonly differences: readonly string[];
};

/** They are in the catalogue; more are in stock only. */
const orderedSkus = ["TEA-EARL-GREY", "TEA-SENCHA"];
const STOCK = 900_000;
const IN_FLIGHT = 32;
/** Milliseconds. */
const LOOK_EVERY = 50;
/** Looks without a change after which an operator would take up what is left. */
const PATIENCE = 60;

export async function measureBeside({ directory, ...plan }: Plan): Promise<BesideResult> {
  const skus = skusOf(plan.skus);
  const rows = makeRows(plan.rows, skus, plan.seed);
  const laptop = await startMortalLaptop(directory);
  try {
    await inParallel(skus, (sku) => adjust(laptop, sku));
    const before = new Map(await inParallel(skus, async (sku) => [sku, await stockOf(laptop, sku)] as const));
    const idle = laptop.usage()?.residentMegabytes ?? Number.NaN;
    const watch = watchMemory(laptop);
    let begun = 0;
    let ordering: ReturnType<typeof placeOrders> | undefined;
    const { feed, killedAt } = await killWhileImporting(laptop, plan, async () => {
      const uploaded = await upload(laptop, rows.csv);
      begun = performance.now();
      ordering = placeOrders(laptop, plan.orders);
      return uploaded;
    });
    const seconds = (performance.now() - begun) / 1000;
    const sold = await settle(laptop, (await ordering) ?? []);
    const differences = await inParallel(skus, async (sku) => {
      const { available, reserved } = await stockOf(laptop, sku);
      const known = before.get(sku)?.available ?? Number.NaN;
      const due = known + (rows.sums.get(sku) ?? 0) - (sold.units.get(sku) ?? 0);
      return available === due && reserved === 0 ? [] : [`${sku}: ${available - due}, ${reserved} reserved`];
    });
    const counts =
      feed.applied === rows.valid && feed.refused === rows.bad ? [] : ["the feed's counts are wrong"];
    return {
      ...plan,
      rowsPerSecond: plan.rows / seconds,
      applied: feed.applied,
      refused: feed.refused,
      ends: sold.ends,
      idleMegabytes: idle,
      peakMegabytes: watch.stop(),
      killedAt,
      differences: [...counts, ...differences.flat()],
    };
  } finally {
    await laptop.stop();
  }
}

const skusOf = (count: number) => [
  ...orderedSkus.slice(0, count),
  ...Array.from({ length: Math.max(0, count - orderedSkus.length) }, (_, n) => `FEED-SKU-${n}`),
];

async function inParallel<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  const waiting = items.entries();
  const one = async () => {
    for (const [index, item] of waiting) results[index] = await work(item);
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, one));
  return results;
}

async function asked<T>(laptop: MortalLaptop, ...request: Parameters<MortalLaptop["ask"]>): Promise<T> {
  const { body, status } = await laptop.ask(...request);
  if (status >= 400) throw new Error(`${request[0]} ${request[1]} was answered with ${status}: ${body}`);
  return JSON.parse(body) as T;
}

const adjust = (laptop: MortalLaptop, sku: string) =>
  asked(laptop, "PUT", `/stock/${sku}`, { delta: STOCK }, `fill-${sku}-before-the-feed`);

const stockOf = (laptop: MortalLaptop, sku: string) =>
  asked<{ available: number; reserved: number; sold: number }>(laptop, "GET", `/stock/${sku}`);

async function upload(laptop: MortalLaptop, csv: string): Promise<string> {
  const feed = await asked<StockFeedCreated>(laptop, "POST", "/stock-feeds");
  await uploadStockFeed(feed, new Blob([csv]));
  return feed.feedId;
}

const feedOf = (laptop: MortalLaptop, feedId: string) =>
  asked<StockFeedView>(laptop, "GET", `/stock-feeds/${feedId}`);

const hasEnded = ({ status }: StockFeedView) => status === "IMPORTED" || status === "REFUSED";

const lookAgain = () => new Promise((resolve) => setTimeout(resolve, LOOK_EVERY));

/** Returns the orders' ids with their SKUs. */
const placeOrders = (laptop: MortalLaptop, orders: number) =>
  inParallel(
    Array.from({ length: orders }, (_, n) => n),
    async (n) => {
      const sku = orderedSkus[n % orderedSkus.length] ?? "";
      const order = {
        contact: { email: "ada@example.com", name: "Ada" },
        currency: "EUR",
        lines: [{ sku, quantity: 1 }],
        paymentMethod: "pm_card_visa",
      };
      const key = `beside-a-feed-${String(n).padStart(6, "0")}`;
      const { orderId } = await asked<{ orderId: string }>(laptop, "POST", "/orders", order, key);
      return { orderId, sku };
    },
  );

/** What import-stock asks for a batch of 500 rows: two SKUs read, and the six items of a transaction. */
const CALLS_PER_BATCH = 8;
const ROWS_PER_BATCH = 500;

/** Each kill comes after a number of calls chosen at random; together they meet most of the file. */
async function killWhileImporting(
  laptop: MortalLaptop,
  { kills, rows, seed }: Pick<Plan, "kills" | "rows" | "seed">,
  begin: () => Promise<string>,
): Promise<{ feed: StockFeedView; killedAt: number[] }> {
  const random = createRandom(seed);
  const longestLife = Math.ceil((1.7 * CALLS_PER_BATCH * rows) / (ROWS_PER_BATCH * kills));
  const killedAt: number[] = [];
  let died = kills > 0 ? laptop.diesAfter(random.whole(0, longestLife)) : undefined;
  const feedId = await begin();
  const ended = untilEnded(laptop, feedId);
  while (died && !(await Promise.race([died.then(() => undefined), ended]))) {
    killedAt.push((await feedOf(laptop, feedId)).applied);
    died = killedAt.length < kills ? laptop.diesAfter(random.whole(0, longestLife)) : undefined;
    await laptop.recover();
  }
  return { feed: await ended, killedAt };
}

async function untilEnded(laptop: MortalLaptop, feedId: string): Promise<StockFeedView> {
  let feed = await feedOf(laptop, feedId);
  let looks = 0;
  while (!hasEnded(feed)) {
    await lookAgain();
    const next = await feedOf(laptop, feedId);
    looks = next.applied === feed.applied && next.status === feed.status ? looks + 1 : 0;
    if (looks > 0 && looks % PATIENCE === 0) await laptop.recover();
    if (looks > 20 * PATIENCE) throw new Error(`The feed rests as ${next.status}.`);
    feed = next;
  }
  return feed;
}

const final = new Set(["CONFIRMED", "REJECTED", "CANCELLED"]);

type Sold = { units: Map<string, number>; ends: Record<string, number> };

/** How the orders ended; what waits for a deadline is given one. */
async function settle(
  laptop: MortalLaptop,
  orders: readonly { orderId: string; sku: string }[],
): Promise<Sold> {
  for (let round = 0; round < 20; round++) {
    const statuses = await inParallel(orders, async ({ orderId, sku }) => {
      const { status } = await asked<{ status: string }>(laptop, "GET", `/orders/${orderId}`);
      return { sku, status };
    });
    const stocks = await inParallel(orderedSkus, (sku) => stockOf(laptop, sku));
    const atRest = stocks.every(({ reserved }) => reserved === 0);
    if (atRest && statuses.every(({ status }) => final.has(status))) return soldOf(statuses);
    for (let look = 0; look < PATIENCE; look++) await lookAgain();
    await laptop.recover();
  }
  throw new Error("Some orders do not come to rest.");
}

function soldOf(statuses: readonly { sku: string; status: string }[]): Sold {
  const sold: Sold = { units: new Map(), ends: {} };
  for (const { sku, status } of statuses) {
    sold.ends[status] = (sold.ends[status] ?? 0) + 1;
    if (status === "CONFIRMED") sold.units.set(sku, (sold.units.get(sku) ?? 0) + 1);
  }
  return sold;
}

function watchMemory(laptop: MortalLaptop): { stop: () => number } {
  let peak = 0;
  const look = () => {
    peak = Math.max(peak, laptop.usage()?.residentMegabytes ?? 0);
  };
  const timer = setInterval(look, LOOK_EVERY);
  return {
    stop() {
      clearInterval(timer);
      look();
      return peak;
    },
  };
}
