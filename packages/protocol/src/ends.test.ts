// Which ends are allowed.
import { expect, test } from "vitest";
import { ends, isEnd } from "./ends.ts";

test("there are ten ends, of which three need a person", () => {
  const settlements = [
    "CAPTURED",
    "DECLINED",
    "CAPTURE_FAILED",
    "VOIDED",
    "REFUNDED",
    "REFUND_FAILED",
    undefined,
  ];
  const states = ["RESERVED", "COMMITTED", "RELEASED", "REJECTED", undefined];
  const found = settlements.flatMap((settlement) =>
    states.filter((state) => isEnd(settlement, state)).map((state) => `${settlement}/${state}`),
  );
  expect(found).toEqual([
    "CAPTURED/COMMITTED",
    "DECLINED/RELEASED",
    "DECLINED/REJECTED",
    "CAPTURE_FAILED/RELEASED",
    "VOIDED/RELEASED",
    "VOIDED/REJECTED",
    "REFUNDED/RELEASED",
    "REFUND_FAILED/COMMITTED",
    "REFUND_FAILED/RELEASED",
    "REFUND_FAILED/REJECTED",
  ]);
  expect(found).toEqual(ends);
});
