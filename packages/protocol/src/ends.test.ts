// Which ends are allowed.
import { expect, test } from "vitest";
import { ends, isEnd } from "./ends.ts";

test("there are seven ends", () => {
  const settlements = ["CAPTURED", "DECLINED", "CAPTURE_FAILED", "VOIDED", "REFUNDED", undefined];
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
  ]);
  expect(found).toEqual(ends);
});
