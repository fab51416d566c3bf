// `pnpm bench worker`: orders a second by a long-lived worker, and by Lambda's runtime on the same laptop.
import { writeFile } from "node:fs/promises";
import { command, type Values } from "@order-saga/arguments";
import type { RuntimeOptions } from "@order-saga/local/options";
import { table } from "../chart.ts";
import { machine } from "../machine.ts";
import { type Measured, medianOf, type Results, ratio } from "../saga/compare.ts";
import { type Contender, type Sample, sample } from "../saga/contender.ts";
import { startLaptop } from "../saga/laptop.ts";

const options = {
  orders: { kind: "whole", least: 10, default: 300, says: "orders of a round" },
  rounds: { kind: "whole", least: 1, default: 5, says: "rounds of each" },
  json: { kind: "text", value: "FILE", says: "where every number is written" },
} as const;

export const worker = command(
  {
    name: "pnpm bench worker",
    says: "How many orders a long-lived worker settles, beside Lambda's runtime on the laptop.",
    options,
  },
  measure,
);

/**
 * A worker reaches the endpoint by the SDK and HTTP, as it would in AWS. Lambda's runtime does with `wire`;
 * without it, it leaves both out.
 */
const LAMBDA = "Lambda's runtime, SDK and HTTP";
const ways: Readonly<Record<string, Pick<RuntimeOptions, "wire" | "worker" | "loops">>> = {
  [LAMBDA]: { wire: true },
  "a worker, SDK and HTTP": { worker: "all" },
  "Lambda's runtime, in one process": {},
};

async function measure({ json, orders, rounds }: Values<typeof options>): Promise<number> {
  const results: Results = {};
  const contenders: Contender[] = [];
  try {
    for (const [name, runs] of Object.entries(ways)) {
      const contender = await startLaptop({ name, persisted: true, runs });
      contenders.push(contender);
      results[name] = { busy: [], alone: [] };
      await sample(contender, Math.max(100, orders / 2), 32);
    }
    for (let round = 0; round < rounds; round++)
      for (const each of turned(contenders, round)) {
        results[each.name]?.busy.push(await sample(each, orders, 32));
        results[each.name]?.alone.push(await sample(each, Math.ceil(orders / 10), 1));
      }
  } finally {
    for (const each of contenders) await each.stop();
  }
  console.log(print(results, orders, rounds));
  if (json !== undefined)
    await writeFile(json, `${JSON.stringify({ machine: machine(), orders, rounds, results }, null, 2)}\n`);
  return 0;
}

/** Each begins a round as often as the others. */
function turned<T>(all: readonly T[], round: number): T[] {
  const turn = round % all.length;
  return [...all.slice(turn), ...all.slice(0, turn)];
}

const ordersPerSecond = (each: Sample) => each.ordersPerSecond;
const p50 = (each: Sample) => each.p50;

function print(results: Results, orders: number, rounds: number): string {
  const lambda = results[LAMBDA];
  const rows = Object.entries(results).map(([name, { alone, busy }]: [string, Measured]) => [
    name,
    medianOf(busy, ordersPerSecond).toFixed(1),
    (ratio(busy, lambda?.busy, ordersPerSecond) ?? Number.NaN).toFixed(2),
    medianOf(busy, p50).toFixed(0),
    medianOf(busy, (each) => each.p99).toFixed(0),
    medianOf(alone, p50).toFixed(1),
  ]);
  return [
    `Orders settled, persisted, 32 in flight: medians of ${rounds} rounds of ${orders} in turns (${machine().summary})`,
    table([["", "orders/s", "÷ Lambda's", "p50 ms", "p99 ms", "alone p50"], ...rows]),
    "",
  ].join("\n");
}
