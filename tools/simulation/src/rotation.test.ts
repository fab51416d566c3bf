// While the secret of order ids is rotated, orders are accepted in transactions and keep every invariant.
import { expect, test } from "vitest";
import { aPlan, endOf, run } from "./testing.ts";

const settings = { decideWithinSeconds: 900, reservationSeconds: 900, isRotating: true } as const;
const at = "orders-place-order";

test.each(["store-conflict", "store-answer-lost", "store-written-twice", "crash-after"] as const)(
  "an order that is accepted with %s is one order, and is confirmed",
  async (kind) => {
    const faults = [
      { kind, at, call: "write" as const, order: 1, times: 2 },
      { kind: "client-retries" as const, at, order: 1, nth: 1, seconds: 1 },
    ];
    const ended = await run(aPlan({ settings, faults }));
    expect(ended.violations).toEqual([]);
    expect(endOf(ended)).toBe("CAPTURED/COMMITTED");
    expect(ended.world.observed.lines.join()).not.toContain("AccessDenied");
  },
);
