// A1: in each bucket available, reserved and sold are never below zero.
import { stockRecord } from "@order-saga/protocol/records";
import { negativeCounter } from "@order-saga/protocol/stock";
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
        const detail = negativeCounter(stock);
        return detail ? [violation("A1", `${stockRecord.id(stock.pk)}: ${detail}`, onlyOrder(step))] : [];
      });
    },
  };
}
