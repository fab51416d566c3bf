// Follows a SKU's stock over all its buckets, step by step.
import { stockRecord } from "@order-saga/protocol/records";
import type { Step } from "./observed.ts";
import { asStock, type StockItem } from "./records.ts";

export type StockSums = ReturnType<typeof createStockSums>;

export function createStockSums() {
  const bySku = new Map<string, Map<string, StockItem>>();
  const bucketsOf = (sku: string) => bySku.get(sku) ?? new Map<string, StockItem>();
  return {
    /** Takes in what a step wrote, and answers with its SKUs. Within a step the sum is not looked at. */
    learn({ written }: Pick<Step, "written">): ReadonlySet<string> {
      const skus = new Set<string>();
      for (const item of written) {
        const stock = asStock(item);
        if (!stock) continue;
        bySku.set(stock.sku, bucketsOf(stock.sku).set(stockRecord.id(String(item.pk)), stock));
        skus.add(stock.sku);
      }
      return skus;
    },
    sum(sku: string, counter: "available" | "restocked"): number {
      return [...bucketsOf(sku).values()].reduce((sum, stock) => sum + stock[counter], 0);
    },
    hasBuckets: (sku: string) => bucketsOf(sku).size > 1,
  };
}
