// From operations to dollars, item by item: pure arithmetic over the one price table.
import type { Operations } from "./operations.ts";
import { prices as european, HOURS_PER_MONTH, type Prices } from "./prices.ts";

export type Bill = Readonly<Record<string, number>>;

const GIGABYTE = 2 ** 30;

/** What these operations cost, without mail; in dollars. */
export function billOf(of: Operations, prices: Prices = european): Bill {
  return {
    "HTTP API": of.httpRequests * prices.httpRequest,
    "Lambda requests": of.invocations * prices.lambdaInvocation,
    "Lambda duration": of.gigabyteSeconds * prices.lambdaGigabyteSecond,
    EventBridge: of.events * prices.event,
    "event archive": (of.eventBytes / GIGABYTE) * prices.archivedGigabyte,
    SQS: of.sqsRequests * prices.sqsRequest + of.fairSqsRequests * prices.fairSqsRequest,
    "DynamoDB writes": of.writeUnits * prices.writeUnit,
    "DynamoDB index writes": of.indexWriteUnits * prices.writeUnit,
    "DynamoDB reads": of.readUnits * prices.readUnit,
    "CloudWatch logs": (of.logBytes / GIGABYTE) * prices.logGigabyte,
  };
}

export const mailOf = ({ mails }: Operations, prices: Prices = european): number => mails * prices.mail;

export function total(bill: Bill): number {
  return Object.values(bill).reduce((sum, each) => sum + each, 0);
}

/** What one order's records and log lines cost for each month that they are kept. */
export function keptMonthOf(of: Operations, prices: Prices = european): number {
  return (
    (of.storedBytes / GIGABYTE) * (prices.tableGigabyteMonth + prices.backupGigabyteMonth) +
    (of.logBytes / GIGABYTE) * prices.logGigabyteMonth
  );
}

/** A service that runs whether orders come or not: tasks, balancer and database, a month. */
export function containerMonth(ordersPerMonth: number, prices: Prices = european): number {
  const tasks = Math.max(2, Math.ceil(ordersPerMonth / HOURS_PER_MONTH / 3600 / ORDERS_PER_TASK_SECOND) + 1);
  const task = prices.fargateVcpuHour + 2 * prices.fargateGigabyteHour;
  const balancer = prices.loadBalancerHour + prices.loadBalancerUnitHour;
  // The database grows by the same steps as the tasks.
  const database =
    prices.databaseHour * Math.max(1, tasks / 4) + (100 * prices.databaseGigabyteMonth) / HOURS_PER_MONTH;
  return (tasks * task + balancer + database) * HOURS_PER_MONTH;
}

/** Sagas a task of one vCPU settles in a second, at peaks three times the mean. */
const ORDERS_PER_TASK_SECOND = 50 / 3;

/** The volume at which a fixed sum a month equals a price an order; infinite if the price is none. */
export function breakEven(costPerOrder: number, fixedMonth: (orders: number) => number): number {
  let [low, high] = [1, 1e12];
  for (let step = 0; step < 100; step++) {
    const middle = Math.sqrt(low * high);
    if (costPerOrder * middle < fixedMonth(middle)) low = middle;
    else high = middle;
  }
  return Math.round(low);
}
