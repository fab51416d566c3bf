// What the page says of one product is what the simulator bears, and not what it does not bear.
import { measure } from "@order-saga/bench/hot/command";
import { expect, test } from "vitest";
import { ordersOfProduct } from "./constants.ts";

const load = { seconds: 6, transactionMilliseconds: 15, warmWriteUnits: 20_000 };
const p99 = async (buckets: number, ordersPerSecond: number) =>
  (await measure({ name: "", buckets, isBatched: false }, { ...load, ordersPerSecond })).p99;

/** Beyond it attempts run out, or a backlog grows. */
const SECONDS_AT_MOST = 4;

test.each([1, 4])("of a product in %i buckets", { timeout: 240_000 }, async (buckets) => {
  const orders = ordersOfProduct(buckets);
  expect(await p99(buckets, orders)).toBeLessThan(SECONDS_AT_MOST);
  expect(await p99(buckets, 3 * orders)).toBeGreaterThan(SECONDS_AT_MOST);
});
