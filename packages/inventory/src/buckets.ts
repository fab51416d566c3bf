// In which bucket of a SKU an order reserves, what has to be moved there first, and when stock is short.
import { hashText } from "@order-saga/messaging/hash-text";

/** What is read of a bucket: its free units, and how often units were added to them. */
export type Bucket = { readonly available: number; readonly given: number };

/** A SKU's buckets by number, the head first; one that was never filled is empty. */
export type Stock = readonly Bucket[];

/** Free units that go from buckets of a SKU into another one, unless that has `below` by then. */
export type Move = {
  readonly sku: string;
  readonly into: number;
  readonly from: readonly { readonly bucket: number; readonly quantity: number }[];
  readonly below: number;
};

/** The bucket to reserve in, once the move was made. */
export type Choice = { readonly bucket: number; readonly move?: Move };

export const availableIn = (stock: Stock): number => sum(stock.map(({ available }) => available));

/** What all buckets of each SKU have together. */
export const sumsOf = (stock: ReadonlyMap<string, Stock>): ReadonlyMap<string, number> =>
  new Map([...stock].map(([sku, buckets]) => [sku, availableIn(buckets)]));

/**
 * Where an order takes so much of a SKU whose buckets have this available: its own bucket, so that orders
 * spread; a share moved into it, while some bucket has plenty; the next that has enough; or all that is
 * needed moved into the fullest. Undefined if all buckets together have too little.
 */
export function choose(
  { quantity, sku }: { sku: string; quantity: number },
  orderId: string,
  available: readonly number[],
): Choice | undefined {
  const own = hashText(orderId) % available.length;
  const has = (bucket: number) => (available[bucket] ?? 0) >= quantity;
  if (has(own)) return { bucket: own };
  const fullest = available.indexOf(Math.max(...available));
  const share = Math.floor((available[fullest] ?? 0) / available.length);
  if (share >= quantity) {
    const move = { sku, into: own, from: [{ bucket: fullest, quantity: share }], below: quantity };
    return { bucket: own, move };
  }
  const next = available.map((_, n) => (own + n) % available.length).find(has);
  if (next !== undefined) return { bucket: next };
  const move = gather(sku, fullest, quantity, available);
  return move && { bucket: fullest, move };
}

/**
 * Moves what a bucket lacks of a quantity into it, from those that have most, so that few are written.
 * Undefined if all buckets together have too little, or nothing is lacking.
 */
export function gather(
  sku: string,
  into: number,
  quantity: number,
  available: readonly number[],
): Move | undefined {
  let lacking = quantity - (available[into] ?? 0);
  if (lacking <= 0 || sum(available) < quantity) return undefined;
  const from: { bucket: number; quantity: number }[] = [];
  const others = available.map((free, bucket) => ({ bucket, free })).filter(({ bucket }) => bucket !== into);
  for (const { bucket, free } of others.sort((a, b) => b.free - a.free)) {
    if (lacking === 0) break;
    const taken = Math.min(free, lacking);
    from.push({ bucket, quantity: taken });
    lacking -= taken;
  }
  return { sku, into, from, below: quantity };
}

/**
 * True if the stock was too small at some moment between two reads of all its buckets, one after the other.
 * Units that move between the reads of two buckets may be seen in neither; only if nothing was added to any
 * bucket in between did the whole have no more than was read first.
 */
export function wasShort(quantity: number, first: Stock, second: Stock): boolean {
  if (availableIn(first) >= quantity) return false;
  return first.length === second.length && first.every(({ given }, n) => given === second[n]?.given);
}

const sum = (numbers: readonly number[]) => numbers.reduce((total, each) => total + each, 0);
