// `pnpm bench hot`: what one SKU carries in the simulator's model of DynamoDB, by the ways to keep its stock.
import { writeFile } from "node:fs/promises";
import { command, type Values } from "@order-saga/arguments";
import type { FunctionCode } from "@order-saga/simulation/lambda";
import { loadFunctions } from "@order-saga/simulation/load-functions";
import { table } from "../chart.ts";
import { batched } from "./batched.ts";
import { type Rush, type RushResult, rush, SKU } from "./rush.ts";

const options = {
  seconds: { kind: "whole", least: 1, default: 30, says: "how long orders come" },
  rate: { kind: "whole", least: 1, says: "orders a second; else 10, 20, 30, 60, 200 and 1,000 in turns" },
  transaction: { kind: "whole", least: 1, says: "milliseconds of a transaction; else 15 and 30" },
  warm: { kind: "whole", least: 1, default: 20_000, says: "write units a second that the table is warm for" },
  buckets: { kind: "whole", least: 1, says: "one way only: so many buckets" },
  json: { kind: "text", value: "FILE", says: "where every number is written" },
} as const;

export const hot = command(
  { name: "pnpm bench hot", says: "What one SKU carries, by the ways to keep its stock.", options },
  measureAll,
);

export type Way = { name: string; buckets: number; isBatched: boolean };

export type HotResult = RushResult & {
  way: string;
  ordersPerSecond: number;
  transactionMilliseconds: number;
};

const ways: readonly Way[] = [
  { name: "one item", buckets: 1, isBatched: false },
  { name: "a batch in one transaction (a model)", buckets: 1, isBatched: true },
  ...[4, 8, 20, 32].map((buckets) => ({ name: `${buckets} buckets`, buckets, isBatched: false })),
];

const RATES = [10, 20, 30, 60, 200, 1000];
/** More orders than this show nothing that fewer do not. */
const MOST_ORDERS = 6000;

async function measureAll({
  buckets,
  json,
  rate,
  seconds,
  transaction,
  warm,
}: Values<typeof options>): Promise<number> {
  const functions = await loadFunctions();
  const chosen = buckets === undefined ? ways : [{ name: `${buckets} buckets`, buckets, isBatched: false }];
  const results: HotResult[] = [];
  for (const transactionMilliseconds of transaction === undefined ? [15, 30] : [transaction]) {
    for (const way of chosen) {
      for (const ordersPerSecond of rate === undefined ? RATES : [rate]) {
        const load = {
          ordersPerSecond,
          warmWriteUnits: warm,
          seconds: Math.min(seconds, MOST_ORDERS / ordersPerSecond),
          transactionMilliseconds,
        };
        results.push(await measure(way, load, functions));
        process.stderr.write(".");
      }
    }
  }
  console.log(`\n${print(results)}`);
  if (json !== undefined) await writeFile(json, `${JSON.stringify(results, null, 2)}\n`);
  return results.every(({ falseRejections, oversold }) => falseRejections + oversold === 0) ? 0 : 1;
}

type Load = Omit<Rush, "buckets">;

/** Over the shipped functions, unless others are given. */
export async function measure(
  { buckets, isBatched, name: way }: Way,
  load: Load,
  given?: ReadonlyMap<string, FunctionCode>,
): Promise<HotResult> {
  const functions = given ?? (await loadFunctions());
  const result = await rush({ ...load, buckets }, isBatched ? batched(functions, SKU) : functions);
  const { ordersPerSecond, transactionMilliseconds } = load;
  return { way, ordersPerSecond, transactionMilliseconds, ...result };
}

function print(results: readonly HotResult[]): string {
  const head = [
    "transaction, way",
    "orders/s",
    "p50",
    "p99 s",
    "redelivered",
    "dead",
    "conflicts",
    "oversold",
    "false",
  ];
  const rows = results.map((each) => [
    `${each.transactionMilliseconds} ms, ${each.way}`,
    String(each.ordersPerSecond),
    secondsOf(each.p50),
    secondsOf(each.p99),
    `${((100 * each.redelivered) / each.orders).toFixed(1)} %`,
    String(each.deadLetters),
    (each.conflicts / each.orders).toFixed(2),
    String(each.oversold),
    String(each.falseRejections),
  ]);
  return table([head, ...rows]);
}

/** Infinite where an order never got its stock. */
const secondsOf = (value: number) => (Number.isFinite(value) ? value.toFixed(1) : "never");
