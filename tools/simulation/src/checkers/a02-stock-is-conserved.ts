// A2: what is available, reserved and sold is what was put in.
import { unconserved } from "@order-saga/protocol/stock";
import type { Checker } from "./observed.ts";
import { allStock, asStock, onlyOrder, violation } from "./records.ts";

export function stockIsConserved(): Checker {
  return {
    invariant: "A2",
    says: "available + reserved + sold = initial + restocked",
    // The record counts its own adjustments, in the same write as they change what is available.
    afterStep(_, step) {
      return step.written.flatMap((item) => {
        const stock = asStock(item);
        if (!stock) return [];
        const detail = unconserved(stock, stock.restocked);
        return detail ? [violation("A2", `${stock.sku}: ${detail}`, onlyOrder(step))] : [];
      });
    },
    atRest(observed) {
      return [...allStock(observed)]
        .filter(({ restocked, sku }) => restocked !== observed.stocked.get(sku))
        .map(({ restocked, sku }) =>
          violation("A2", `${sku}: ${restocked} counted, ${observed.stocked.get(sku)} put in`),
        );
    },
  };
}
