// More orders than can be decided, over the shipped functions: refused, told when to come, and taken then.
import { expect, test } from "vitest";
import { loadFunctions } from "../src/load-functions.ts";
import { playRush, type Rush } from "../src/overload.ts";

const HOUR = 3600_000;

const rush: Rush = {
  perSecond: 8,
  seconds: 25,
  decideWithinSeconds: 120,
  faults: [{ kind: "limit", at: "provider", from: 0, until: 6 * HOUR, perSecond: 1 }],
};

const play = async (given: Partial<Rush> = {}) => {
  const first = await loadFunctions();
  return playRush({ ...rush, ...given }, { first, second: first });
};

test("at a provider's limit who is refused comes again when told to, and is taken", {
  timeout: 240_000,
}, async () => {
  const { deadLetters, orders, ratios, refusedOrders, taken } = await play();
  expect({ taken, deadLetters }).toEqual({ taken: orders, deadLetters: 0 });
  expect(refusedOrders).toBeGreaterThan(20);
  const right = ratios.filter((ratio) => ratio >= 0.5 && ratio <= 2).length / ratios.length;
  expect(right).toBeGreaterThan(0.7);
});

test("without a limit none is refused", { timeout: 240_000 }, async () => {
  expect(await play({ faults: [] })).toMatchObject({ refusals: 0, expired: 0, captured: 200 });
});
