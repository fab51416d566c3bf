// What a process saw last of the stock of contended SKUs: a guess, by which an order chooses its bucket.
import type { StockLine } from "@order-saga/contracts";
import { type Choice, choose, type Move, type Stock } from "./buckets.ts";

type Sighting = { readonly available: number[]; collisionsLeft: number };

/** By SKU; those looked at longest ago are forgotten first. */
export type Sightings = Map<string, Sighting>;

const MOST_SKUS = 1000;
/** After so many collisions a SKU is looked at again: its buckets may have become more. */
const COLLISIONS_PER_LOOK = 50;

export function saw(sightings: Sightings, stocks: ReadonlyMap<string, Stock>): void {
  for (const [sku, stock] of stocks) {
    sightings.delete(sku);
    const available = stock.map((bucket) => bucket.available);
    sightings.set(sku, { available, collisionsLeft: COLLISIONS_PER_LOOK });
  }
  for (const sku of sightings.keys()) {
    if (sightings.size <= MOST_SKUS) return;
    sightings.delete(sku);
  }
}

/** The SKUs that it pays to look at after a collision at one of them; of orders at once one is told so. */
export function worthALook(sightings: Sightings, skus: readonly string[]): string[] {
  return skus.filter((sku) => {
    const sighting = sightings.get(sku);
    if (!sighting) {
      sightings.set(sku, { available: [], collisionsLeft: COLLISIONS_PER_LOOK });
      return true;
    }
    sighting.collisionsLeft -= 1;
    return sighting.collisionsLeft <= 0;
  });
}

/** A bucket for each line. */
export type Plan = { readonly buckets: ReadonlyMap<string, number>; readonly moves: readonly Move[] };

/** Undefined if a SKU of several buckets seems to be short. Of what was never looked at it is the head. */
export function plan(lines: readonly StockLine[], orderId: string, sightings: Sightings): Plan | undefined {
  const choices = new Map<string, Choice>();
  for (const line of lines) {
    const { available = [] } = sightings.get(line.sku) ?? {};
    const choice = available.length > 1 ? choose(line, orderId, available) : { bucket: 0 };
    if (!choice) return undefined;
    choices.set(line.sku, choice);
  }
  return {
    buckets: new Map([...choices].map(([sku, { bucket }]) => [sku, bucket])),
    moves: [...choices.values()].flatMap(({ move }) => move ?? []),
  };
}

/**
 * Counts what an order is about to move and to take, so that the next orders of the process choose by what is
 * left; or, `-1` times, that it came to nothing.
 */
export function expectTaken(
  sightings: Sightings,
  lines: readonly StockLine[],
  { buckets, moves }: Plan,
  times: 1 | -1,
): void {
  const add = (sku: string, bucket: number, quantity: number) => {
    const available = sightings.get(sku)?.available;
    if (available?.[bucket] !== undefined) available[bucket] += times * quantity;
  };
  for (const { from, into, sku } of moves) {
    for (const { bucket, quantity } of from) {
      add(sku, bucket, -quantity);
      add(sku, into, quantity);
    }
  }
  for (const { quantity, sku } of lines) add(sku, buckets.get(sku) ?? 0, -quantity);
}

/** In one process more orders at once for a SKU than these collide: they take turns at its buckets. */
const CROWD = 5;

/** Handles an order, and tells it which of its SKUs so many others want that their turns are waited for. */
export async function inHand<A>(
  orders: Map<string, number>,
  skus: readonly string[],
  handle: (crowded: string[]) => Promise<A>,
): Promise<A> {
  const add = (by: 1 | -1) => {
    for (const sku of skus) orders.set(sku, (orders.get(sku) ?? 0) + by);
  };
  add(1);
  try {
    return await handle(skus.filter((sku) => (orders.get(sku) ?? 0) > CROWD));
  } finally {
    add(-1);
    for (const sku of skus) if (orders.get(sku) === 0) orders.delete(sku);
  }
}
