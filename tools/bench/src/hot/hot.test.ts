// The measurement of a rush repeats itself, loses nothing, and shows what one item cannot carry.
import { loadFunctions } from "@order-saga/simulation/load-functions";
import { beforeAll, expect, test } from "vitest";
import { measure, type Way } from "./command.ts";

let functions: Awaited<ReturnType<typeof loadFunctions>>;
beforeAll(async () => {
  functions = await loadFunctions();
});

const oneItem: Way = { name: "one item", buckets: 1, isBatched: false };
const load = { seconds: 10, transactionMilliseconds: 15, warmWriteUnits: 4000 };
const clean = { deadLetters: 0, oversold: 0, falseRejections: 0 };

test("one item carries ten orders a second, twice the same", { timeout: 60_000 }, async () => {
  const once = await measure(oneItem, { ...load, ordersPerSecond: 10 }, functions);
  expect(once).toMatchObject({ orders: 100, redelivered: 0, ...clean });
  expect(once.p99).toBeLessThan(2);
  expect(await measure(oneItem, { ...load, ordersPerSecond: 10 }, functions)).toEqual(once);
});

test("at sixty a second one item is passed, and eight buckets are not", { timeout: 60_000 }, async () => {
  const heavy = { ...load, ordersPerSecond: 60 };
  const one = await measure(oneItem, heavy, functions);
  expect(one).toMatchObject({ oversold: 0, falseRejections: 0 });
  expect(one.p99).toBeGreaterThan(60);
  const eight = await measure({ name: "8 buckets", buckets: 8, isBatched: false }, heavy, functions);
  expect(eight).toMatchObject({ redelivered: 0, ...clean });
  expect(eight.p99).toBeLessThan(3);
});

test("the model of a batch in one transaction takes every order too", { timeout: 60_000 }, async () => {
  const way: Way = { name: "a batch in one transaction", buckets: 1, isBatched: true };
  expect(await measure(way, { ...load, ordersPerSecond: 10 }, functions)).toMatchObject({
    orders: 100,
    ...clean,
  });
});
