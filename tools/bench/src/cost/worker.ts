// What reactions cost in Lambda and in two long-lived tasks, and from how many orders on tasks are cheaper.
import { breakEven } from "./bill.ts";
import type { Operations } from "./operations.ts";
import { prices as european, HOURS_PER_MONTH, type Prices } from "./prices.ts";

/** Two, so that one can go: each one vCPU and two gigabytes on arm64. */
const TASKS = 2;
const TASK_GIGABYTES = 2;

/** Both tasks, a month; in dollars. */
export const workerMonth = (prices: Prices = european): number =>
  TASKS * (prices.fargateVcpuHour + TASK_GIGABYTES * prices.fargateGigabyteHour) * HOURS_PER_MONTH;

/**
 * What Lambda takes for an order's reactions, in dollars: requests and duration of all invocations but the
 * route's, which stays a function. Each invocation counts as long as the mean.
 */
export function reactionsInLambda(of: Operations, prices: Prices = european): number {
  const reactions = of.invocations - of.httpRequests;
  const share = reactions / of.invocations;
  return reactions * prices.lambdaInvocation + share * of.gigabyteSeconds * prices.lambdaGigabyteSecond;
}

/** Orders a month from which the two tasks cost less than Lambda, if they can settle so many. */
export const workerBreakEven = (of: Operations, prices: Prices = european): number =>
  breakEven(reactionsInLambda(of, prices), () => workerMonth(prices));
