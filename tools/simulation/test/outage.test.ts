// After an outage of the bus a backlog is cleared fast, and fresh orders do not wait behind it.
import { expect, test } from "vitest";
import { clearAfter } from "../src/outage.ts";
import { shippedFunctions } from "../src/testing.ts";

test("a backlog of 1,500 orders is cleared in its first run, and fresh orders are settled meanwhile", {
  timeout: 300_000,
}, async () => {
  const cleared = await clearAfter(
    {
      orders: 1500,
      outageMinutes: 60,
      backMinutes: 15,
      fresh: 20,
      freshSeconds: 15,
      providerPerSecond: 100,
      mailsPerSecond: 200,
      skus: 20,
    },
    await shippedFunctions(),
  );
  console.log(cleared);
  expect(cleared.ends).toEqual({ OrderRejected: 1500 });
  expect(cleared.repeats).toBe(0);
  expect(cleared.deadLetters).toBe(0);
  expect(cleared.clearedSeconds).toBeLessThan(25);
  expect(cleared.freshConfirmed).toBe(300);
  expect(cleared.freshSettled.p99).toBeLessThan(10);
});
