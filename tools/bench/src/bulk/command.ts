// `pnpm bench bulk`: another customer's single orders beside a bulk of 500, and beside 500 orders at once.
import { writeFile } from "node:fs/promises";
import { command, type Values } from "@order-saga/arguments";
import { table } from "../chart.ts";
import { machine } from "../machine.ts";
import { type Laptop, startLaptop } from "../saga/laptop.ts";
import { median, quantile } from "../statistics.ts";

/** An order beside a bulk may take so many times as long as alone. */
export const BAR = 3;

const options = {
  rows: { kind: "whole", least: 1, default: 500, says: "orders of the bulk, at most 500" },
  rounds: { kind: "whole", least: 1, default: 3, says: "bulks, with orders alone before each" },
  alone: { kind: "whole", least: 1, default: 50, says: "orders alone of a round" },
  json: { kind: "text", value: "FILE", says: "where every number is written" },
} as const;

export const bulk = command(
  {
    name: "pnpm bench bulk",
    says: "How long another customer's order takes beside a bulk of 500.",
    options,
  },
  measureAll,
);

/** Milliseconds from the request to the settlement, of orders that were settled one after the other. */
export type Round = {
  persisted: boolean;
  alone: number[];
  besideBulk: number[];
  /** Of the first order after as many single ones at once: what a bulk would do that is not paced. */
  besideSingles: number;
  bulkSeconds: number;
};

async function measureAll(given: Values<typeof options>): Promise<number> {
  const results: Round[] = [];
  for (const persisted of [false, true]) {
    const laptop = await startLaptop({ name: "laptop", persisted });
    try {
      for (let n = 0; n < 50; n++) await laptop.settle(); // The first ones are for the compiler.
      for (let round = 0; round < given.rounds; round++)
        results.push({ persisted, ...(await measure(laptop, given)) });
    } finally {
      await laptop.stop();
    }
  }
  console.log(print(results, given));
  if (given.json !== undefined)
    await writeFile(given.json, `${JSON.stringify({ machine: machine(), ...given, results }, null, 2)}\n`);
  return 0;
}

async function measure(
  laptop: Laptop,
  { alone: orders, rows }: { alone: number; rows: number },
): Promise<Omit<Round, "persisted">> {
  const alone: number[] = [];
  for (let n = 0; n < orders; n++) alone.push(await timeOf(laptop));

  const begun = performance.now();
  const isCompleted = await laptop.placeBulk(rows);
  const besideBulk: number[] = [];
  do besideBulk.push(await timeOf(laptop));
  while (besideBulk.length % 10 > 0 || !(await isCompleted()));
  const bulkSeconds = (performance.now() - begun) / 1000;

  await laptop.placeSingles(rows);
  const besideSingles = await timeOf(laptop);
  return { alone, besideBulk, besideSingles, bulkSeconds };
}

async function timeOf(laptop: Laptop): Promise<number> {
  const at = performance.now();
  await laptop.settle();
  return performance.now() - at;
}

function print(results: readonly Round[], { rounds, rows }: { rounds: number; rows: number }): string {
  const rowsOf = [false, true].map((persisted) => {
    const own = results.filter((each) => each.persisted === persisted);
    const of = (value: (round: Round) => number) => median(own.map(value));
    const ms = (value: (round: Round) => number) => of(value).toFixed(1);
    const ratio = (share: number) =>
      of(({ alone, besideBulk }) => quantile(besideBulk, share) / quantile(alone, share)).toFixed(2);
    return [
      persisted ? "persisted" : "in memory",
      ms(({ alone }) => median(alone)),
      ms(({ besideBulk }) => median(besideBulk)),
      ratio(0.5),
      ms(({ alone }) => quantile(alone, 0.99)),
      ms(({ besideBulk }) => quantile(besideBulk, 0.99)),
      ratio(0.99),
      of(({ bulkSeconds }) => bulkSeconds).toFixed(0),
      ms(({ besideSingles }) => besideSingles),
    ];
  });
  return [
    `A single order beside a bulk of ${rows} of another customer, in ms: medians of ${rounds} rounds (${machine().summary})`,
    table([
      [
        "",
        "alone p50",
        "beside p50",
        "ratio",
        "alone p99",
        "beside p99",
        "ratio",
        "bulk, s",
        "beside singles",
      ],
      ...rowsOf,
    ]),
    `The bar: the ratio of the medians at most ${BAR}. "Beside singles": after ${rows} single orders posted at once.`,
    "",
  ].join("\n");
}
