// What an order can be settled with: which measurement, which sources, which parts, what it costs a month.
import { billOf, containerMonth, total } from "../cost/bill.ts";
import type { Operations } from "../cost/operations.ts";
import { conducted, peersOf, STEPS } from "../cost/peers.ts";
import { HOURS_PER_MONTH, prices } from "../cost/prices.ts";
import { reactionsInLambda, workerMonth } from "../cost/worker.ts";

export type Way = {
  name: string;
  /** Its name among the contenders of a measurement; absent if it was not run. */
  contender?: string;
  /** What a team would write and keep, in `saga/peers/`. */
  sources?: readonly string[];
  /** What runs and has to be deployed, secured and watched. */
  parts: readonly string[];
  /** In dollars, by orders a month, without mail. */
  month: (orders: number) => number;
};

const order = "order.ts";
/** Tasks, balancer and database as in `containerMonth`. */
const containers = ["two tasks", "balancer", "PostgreSQL in two zones"];

/** Redis keeps jobs on two nodes; Restate replicates its log over three servers with a volume each. */
const redisMonth = 2 * prices.cacheHour * HOURS_PER_MONTH;
const RESTATE_SERVERS = 3;
const VOLUME_GIGABYTES = 50;
const restateMonth =
  RESTATE_SERVERS *
  ((prices.fargateVcpuHour + 2 * prices.fargateGigabyteHour) * HOURS_PER_MONTH +
    VOLUME_GIGABYTES * prices.volumeGigabyteMonth);

/** `idle` is what this saga's production stage costs a month without an order. */
export function waysOf(confirmed: Operations, idle: number): readonly Way[] {
  const own = total(billOf(confirmed));
  const times = (perOrder: number) => (orders: number) => perOrder * orders;
  const durable = total(conducted(confirmed, 2)) + (1 + STEPS) * prices.durableOperation;
  const machines = peersOf(confirmed).map(({ bill, name }): Way => {
    const parts = ["API", "state machine", `${STEPS} step functions`, "start function", "table"];
    return { name, parts, month: times(total(bill)) };
  });
  return [
    {
      name: "this saga",
      contender: "persisted",
      parts: [],
      month: (orders) => idle + own * orders,
    },
    {
      name: "this saga, reactions in two worker tasks",
      parts: [],
      month: (orders) => idle + workerMonth() + (own - reactionsInLambda(confirmed)) * orders,
    },
    {
      name: "one function",
      contender: "one function with calls",
      sources: ["function-service.ts", order],
      parts: ["API", "function", "table"],
      month: times(total(conducted(confirmed, 1))),
    },
    {
      name: "durable functions",
      contender: "durable functions with calls",
      sources: ["durable-service.ts", order],
      parts: ["API", "start function", "durable function", "table"],
      month: times(durable),
    },
    ...machines,
    {
      name: "DBOS",
      contender: "DBOS with calls",
      sources: ["dbos-service.ts", order],
      parts: containers,
      month: (orders) => containerMonth(orders),
    },
    {
      name: "BullMQ",
      contender: "BullMQ with calls",
      sources: ["bullmq-service.ts", order],
      parts: [...containers, "Redis on two nodes"],
      month: (orders) => containerMonth(orders) + redisMonth,
    },
    {
      name: "Restate",
      contender: "Restate with calls",
      sources: ["restate-service.ts", order],
      parts: [...containers, `${RESTATE_SERVERS} Restate servers with volumes`],
      month: (orders) => containerMonth(orders) + restateMonth,
    },
  ];
}
