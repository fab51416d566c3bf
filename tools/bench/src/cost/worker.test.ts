// The break-even of the worker, by small numbers that can be checked on paper.
import { expect, test } from "vitest";
import { none } from "./operations.ts";
import { prices } from "./prices.ts";
import { reactionsInLambda, workerBreakEven, workerMonth } from "./worker.ts";

const order = { ...none(), httpRequests: 1, invocations: 11, gigabyteSeconds: 0.22 };

test("two tasks of one vCPU and two gigabytes cost 58 dollars a month", () => {
  expect(workerMonth({ ...prices, fargateVcpuHour: 0.03, fargateGigabyteHour: 0.005 })).toBeCloseTo(58.4, 6);
});

test("the route's invocation stays in Lambda", () => {
  expect(reactionsInLambda(order)).toBeCloseTo(10 * 0.2e-6 + 0.2 * prices.lambdaGigabyteSecond, 12);
  expect(reactionsInLambda({ ...order, invocations: 1 })).toBe(0);
});

test("where both cost the same the worker begins to be cheaper", () => {
  const orders = workerBreakEven(order);
  expect(reactionsInLambda(order) * orders).toBeCloseTo(workerMonth(), 3);
});
