// The gauges of every queue that a new order waits in, as one record, and what a process adds to them.
import { again, retry } from "@order-saga/messaging/retry";
import { type Gauge, isLate, newGauge } from "./gauge.ts";
import type { GaugeStore, Gauges } from "./ports.ts";

export const noGauges: Gauges = { version: 0, of: {} };

/** Payment's queue is one for all orders, while a product that many want delays only those who want it. */
export const PAYMENT = "payment";
export const BUS = "bus";
export const STOCK = "stock";
export const stockOf = (sku: string) => `stock ${sku}`;

/** Beyond so many late products the stock of all is late. */
const MOST_PRODUCTS = 12;

/** The gauges that an order of these products goes by. */
export function namesFor(skus: readonly string[]): string[] {
  return [BUS, PAYMENT, STOCK, ...new Set(skus.map(stockOf))];
}

/** The gauges with one of them changed; those that nothing was told of for long are left out. */
export function withGauge(
  gauges: Gauges,
  name: string,
  now: number,
  change: (gauge: Gauge) => Gauge,
): Gauges {
  const late = Object.entries(gauges.of).filter(([, gauge]) => isLate(gauge, now));
  const of = Object.fromEntries(late);
  const products = late.filter(([each]) => each.startsWith(stockOf(""))).length;
  const isTooMany = name.startsWith(stockOf("")) && !(name in of) && products >= MOST_PRODUCTS;
  const into = isTooMany ? STOCK : name;
  return { ...gauges, of: { ...of, [into]: change(of[into] ?? newGauge) } };
}

const ATTEMPTS = 3;

/** Writes what `change` makes of the gauges, and returns them. Throws if others were always faster. */
export function changeGauges(
  store: GaugeStore,
  known: Gauges | undefined,
  change: (gauges: Gauges) => Gauges,
): Promise<Gauges> {
  const exhausted = () => new Error("Others write the gauges all the time.");
  return retry({ attempts: ATTEMPTS, exhausted }, async (attempt) => {
    const read = (attempt === 1 && known) || (await store.load());
    const next = { ...change(read), version: read.version + 1 };
    return (await store.save(next)) === "written" ? next : again;
  });
}
