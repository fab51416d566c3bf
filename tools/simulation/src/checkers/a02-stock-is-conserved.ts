// A2: what is available, reserved and sold is what was put in, in each bucket and over all of a SKU's.
import { stockRecord } from "@order-saga/protocol/records";
import { unconserved } from "@order-saga/protocol/stock";
import type { Checker, Observed } from "./observed.ts";
import { allStock, asStock, onlyOrder, type StockItem, stockOf, violation } from "./records.ts";
import { createStockSums } from "./stock-sums.ts";

export function stockIsConserved(): Checker {
  const sums = createStockSums();
  return {
    invariant: "A2",
    says: "available + reserved + sold = initial + restocked",
    // A bucket counts its own adjustments, in the same write as they change what is available; what is moved
    // from bucket to bucket leaves their sum as it is.
    afterStep(observed, step) {
      const items = step.written.flatMap((item) => asStock(item) ?? []);
      const found = [
        ...items.flatMap((stock) => {
          const detail = unconserved(stock, stock.restocked) ?? uncounted(observed, stock);
          return detail ? [`${stockRecord.id(stock.pk)}: ${detail}`] : [];
        }),
        ...[...sums.learn(step)].flatMap((sku) => otherSum(sku, sums.sum(sku, "restocked"), observed)),
      ];
      return found.map((detail) => violation("A2", detail, onlyOrder(step)));
    },
    atRest(observed) {
      const bySku = Map.groupBy(allStock(observed), ({ sku }) => sku);
      return [...bySku].flatMap(([sku, buckets]) => {
        const counted = buckets.reduce((sum, { restocked }) => sum + restocked, 0);
        return otherSum(sku, counted, observed).map((detail) => violation("A2", detail));
      });
    },
  };
}

function otherSum(sku: string, counted: number, { stocked }: Observed): string[] {
  return counted === stocked.get(sku) ? [] : [`${sku}: ${counted} counted, ${stocked.get(sku)} put in`];
}

/** A bucket beyond those that the head names is never read again. */
function uncounted(observed: Observed, { bucket = 0, sku }: StockItem): string | undefined {
  const { buckets = 1 } = stockOf(observed, sku) ?? {};
  return bucket < buckets ? undefined : `bucket ${bucket} of ${buckets}`;
}
