// The arithmetic of a SKU's counters, bucket by bucket: invariants A1 to A3 of docs/protocol.md.

export type Counters = { readonly available: number; readonly reserved: number; readonly sold: number };
/** What the reservations of a SKU hold, in pieces. */
export type Held = { reserved: number; sold: number };

type Lines = readonly { readonly sku: string; readonly quantity: number }[];
type Holder = {
  readonly state: string;
  readonly lines: Lines;
  /** What refunds have put back into stock, by refund. */
  readonly returns?: { readonly [refundId: string]: Lines };
  readonly buckets?: Buckets;
};

/** From which bucket of its SKU a line was taken, where that is not the head, which is bucket 0. */
export type Buckets = { readonly [sku: string]: number };

/** The id of a bucket's record; the head's is the SKU. */
export const bucketId = (sku: string, bucket: number): string => (bucket === 0 ? sku : `${sku}#${bucket}`);

/** The SKU in the id of a bucket's record. */
export const skuOfBucket = (id: string): string => id.split("#", 1)[0] ?? id;

/** The id of the bucket that holds the line of this SKU. */
export function bucketHeld({ buckets = {} }: Pick<Holder, "buckets">, sku: string): string {
  return bucketId(sku, Object.hasOwn(buckets, sku) ? (buckets[sku] ?? 0) : 0);
}

/** Equal SKUs become one line, in the order of their names. */
export function mergeLines(lines: Lines): { sku: string; quantity: number }[] {
  const quantities = new Map<string, number>();
  for (const { sku, quantity } of lines) quantities.set(sku, (quantities.get(sku) ?? 0) + quantity);
  return [...quantities].sort(([a], [b]) => (a < b ? -1 : 1)).map(([sku, quantity]) => ({ sku, quantity }));
}

/** The lines of a reservation without what refunds have returned; what is all back is left out. */
export function linesHeld({ lines, returns = {} }: Pick<Holder, "lines" | "returns">) {
  const back = Object.values(returns).flat();
  return lines
    .map(({ quantity, sku }) => ({ sku, quantity: quantity - quantityOf(back, sku) }))
    .filter(({ quantity }) => quantity > 0);
}

/** How much of a SKU these lines have. */
export function quantityOf(lines: Lines, sku: string): number {
  return lines.reduce((sum, line) => sum + (line.sku === sku ? line.quantity : 0), 0);
}

/** A1: no counter is negative. Says what is wrong, if anything is. */
export function negativeCounter({ available, reserved, sold }: Counters): string | undefined {
  if (available >= 0 && reserved >= 0 && sold >= 0) return undefined;
  return `${available}/${reserved}/${sold} has a negative counter`;
}

/**
 * A2: what is available, reserved and sold is what was put in; what a refund returns was in already. Says
 * what is wrong, if anything is.
 */
export function unconserved({ available, reserved, sold }: Counters, putIn: number): string | undefined {
  if (available + reserved + sold === putIn) return undefined;
  return `${available}+${reserved}+${sold} ≠ ${putIn} put in`;
}

/**
 * A3: the counters are what the reservations hold, less what refunds have returned. Says what is wrong, if
 * anything is.
 */
export function miscounted(counters: Held, held: Held): string | undefined {
  const wrong = (["reserved", "sold"] as const).filter((counter) => counters[counter] !== held[counter]);
  if (wrong.length === 0) return undefined;
  return wrong
    .map((counter) => `${counters[counter]} ${counter}, reservations hold ${held[counter]}`)
    .join("; ");
}

/** The counter in which a reservation of this state counts; undefined if it holds nothing. */
export function counterOf(state: string | undefined): keyof Held | undefined {
  if (state === "RESERVED") return "reserved";
  return state === "COMMITTED" ? "sold" : undefined;
}

/** Adds what the reservation holds to the sums of its buckets, by their ids, or takes it out again. */
export function count(sums: Map<string, Held>, holder: Holder, times: 1 | -1): void {
  const counter = counterOf(holder.state);
  if (!counter) return;
  for (const { quantity, sku } of linesHeld(holder)) {
    const bucket = bucketHeld(holder, sku);
    const sum = sums.get(bucket) ?? { reserved: 0, sold: 0 };
    sum[counter] += times * quantity;
    sums.set(bucket, sum);
  }
}
