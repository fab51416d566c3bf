// A1: available, reserved and sold are never below zero.
import type { Checker } from "./observed.ts";
import { onlyOrder, stockOf, violation } from "./records.ts";

export function stockIsNeverNegative(): Checker {
  return {
    invariant: "A1",
    says: "available, reserved and sold are never below zero",
    afterStep(observed, step) {
      return [...step.skus].flatMap((sku) => {
        const stock = stockOf(observed, sku);
        const counters = stock ? [stock.available, stock.reserved, stock.sold] : [];
        if (counters.every((each) => each >= 0)) return [];
        return [violation("A1", `${sku}: ${counters.join("/")}`, onlyOrder(step))];
      });
    },
  };
}
