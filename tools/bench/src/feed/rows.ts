// A feed of so many rows, and what it makes of the stock by the plainest arithmetic.
import { createRandom } from "@order-saga/simulation/random";

export type Rows = {
  readonly csv: string;
  readonly valid: number;
  readonly bad: number;
  /** By SKU, of the valid rows. */
  readonly sums: ReadonlyMap<string, number>;
};

/** One row in a hundred is bad. There is stock enough that none leaves less than nothing. */
export function makeRows(count: number, skus: readonly string[], seed: number): Rows {
  const random = createRandom(seed);
  const lines = ["sku,delta"];
  const sums = new Map<string, number>();
  let bad = 0;
  for (let row = 0; row < count; row++) {
    const sku = random.pick(skus);
    if (random.chance(0.01)) {
      bad++;
      lines.push(random.pick([`${sku},many`, "SKU-OF-ANOTHER-SHOP,1", sku, `${sku},1,1`]));
      continue;
    }
    const delta = random.whole(-3, 9);
    sums.set(sku, (sums.get(sku) ?? 0) + delta);
    lines.push(`${sku},${delta}`);
  }
  return { csv: `${lines.join("\n")}\n`, valid: count - bad, bad, sums };
}
