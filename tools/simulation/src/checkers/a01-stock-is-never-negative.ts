// A1: available, reserved and sold are never below zero.
import type { Checker } from "./observed.ts";
import { asStock, onlyOrder, violation } from "./records.ts";

export function stockIsNeverNegative(): Checker {
  return {
    invariant: "A1",
    says: "available, reserved and sold are never below zero",
    afterStep(_, step) {
      return step.written.flatMap((item) => {
        const stock = asStock(item);
        if (!stock) return [];
        const { available, reserved, sku, sold } = stock;
        if (available >= 0 && reserved >= 0 && sold >= 0) return [];
        return [violation("A1", `${sku}: ${available}/${reserved}/${sold}`, onlyOrder(step))];
      });
    },
  };
}
