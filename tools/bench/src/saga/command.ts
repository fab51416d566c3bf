// `pnpm bench saga`: orders a second of the laptop, at 1 and 32 in flight, beside other engines.
import { writeFile } from "node:fs/promises";
import { command, type Values } from "@order-saga/arguments";
import { table } from "../chart.ts";
import { machine } from "../machine.ts";
import { compare, type Measured, medianOf, type Results, ratio } from "./compare.ts";
import { type Sample, sample } from "./contender.ts";
import { startLaptop } from "./laptop.ts";

const options = {
  orders: { kind: "whole", least: 10, default: 300, says: "orders of a round" },
  rounds: { kind: "whole", least: 1, default: 5, says: "rounds of each contender" },
  grow: {
    kind: "whole",
    least: 0,
    default: 0,
    says: "then let the laptop settle so many orders, and watch its memory",
  },
  "no-peers": { kind: "flag", says: "the laptop alone" },
  "same-calls": { kind: "flag", says: "only peers whose steps call what the laptop's order calls" },
  json: { kind: "text", value: "FILE", says: "where every number is written" },
} as const;

export const saga = command(
  {
    name: "pnpm bench saga",
    says: "How many orders the laptop settles, beside Restate, BullMQ, DBOS and durable functions.",
    options,
  },
  measureAll,
);

/** Ratios to Restate's: persisted orders per second, those in memory, and the time of an order alone. */
const BARS = { persisted: 1, memory: 2, alone: 1 };

async function measureAll({
  grow,
  json,
  "no-peers": isAlone,
  orders,
  rounds,
  "same-calls": isSameCalls,
}: Values<typeof options>): Promise<number> {
  const { results, skipped } = await compare(
    orders,
    rounds,
    isAlone ? "none" : isSameCalls ? "same calls" : "all",
  );
  console.log(print(results, skipped, orders, rounds));
  const growth = grow > 0 ? await growing(grow) : undefined;
  if (growth) console.log(printGrowth(growth));
  if (json !== undefined) {
    const all = { machine: machine(), orders, rounds, results, skipped, growth };
    await writeFile(json, `${JSON.stringify(all, null, 2)}\n`);
  }
  return 0;
}

const ORDERS_PER_SAMPLE = 1000;

/** One persisted laptop, a sample after the other. */
async function growing(orders: number): Promise<Sample[]> {
  const laptop = await startLaptop({ name: "persisted", persisted: true });
  const samples: Sample[] = [];
  try {
    for (let done = 0; done < orders; done += ORDERS_PER_SAMPLE) {
      samples.push(await sample(laptop, ORDERS_PER_SAMPLE, 32));
      if (!process.stderr.isTTY) continue;
      process.stderr.write(
        `\r${(done + ORDERS_PER_SAMPLE).toLocaleString("en")} of ${orders.toLocaleString("en")} orders`,
      );
    }
  } finally {
    await laptop.stop();
  }
  return samples;
}

/** What is shown of each contender, with how many digits. */
const columns: readonly [
  string,
  number,
  (of: Measured, restate: Measured | undefined) => number | undefined,
][] = [
  ["orders/s", 1, ({ busy }) => medianOf(busy, ordersPerSecond)],
  ["÷ Restate", 2, ({ busy }, restate) => ratio(busy, restate?.busy, ordersPerSecond)],
  ["p50 ms", 0, ({ busy }) => medianOf(busy, p50)],
  ["p99 ms", 0, ({ busy }) => medianOf(busy, (each) => each.p99)],
  ["CPU ms", 1, ({ busy }) => medianOf(busy, (each) => each.cpuMillisecondsPerOrder)],
  ["MB", 0, ({ busy }) => medianOf(busy, (each) => each.residentMegabytes)],
  ["alone p50", 1, ({ alone }) => medianOf(alone, p50)],
  ["÷ Restate", 2, ({ alone }, restate) => ratio(alone, restate?.alone, p50)],
];

const ordersPerSecond = (sample: Sample) => sample.ordersPerSecond;
const p50 = (sample: Sample) => sample.p50;

function print(results: Results, skipped: Record<string, string>, orders: number, rounds: number): string {
  const shown = (value: number | undefined, digits: number) =>
    value === undefined || Number.isNaN(value) ? "–" : value.toFixed(digits);
  const rows = Object.entries(results).map(([name, each]) => [
    name,
    ...columns.map(([, digits, of]) =>
      shown(of(each, results.Restate ?? results["Restate with calls"]), digits),
    ),
  ]);
  return [
    `Orders settled, 32 in flight and alone: medians of ${rounds} rounds of ${orders} in turns (${machine().summary})`,
    table([["", ...columns.map(([title]) => title)], ...rows]),
    `The bars ÷ Restate: orders/s ${BARS.persisted} persisted, ${BARS.memory} in memory; alone p50 below ${BARS.alone}`,
    ...Object.entries(skipped).map(([name, why]) => `  ${name} skipped: ${why}`),
    "",
  ].join("\n");
}

/** In ten steps, or fewer if there are not as many samples: medians of a step, memory at its end. */
function printGrowth(samples: readonly Sample[]): string {
  const step = Math.ceil(samples.length / 10);
  const shown = (value: number | undefined, digits: number) => value?.toFixed(digits) ?? "–";
  const rows = Array.from({ length: Math.ceil(samples.length / step) }, (_, index) => {
    const some = samples.slice(index * step, (index + 1) * step);
    const end = some.at(-1);
    return [
      (Math.min(samples.length, (index + 1) * step) * ORDERS_PER_SAMPLE).toLocaleString("en"),
      medianOf(some, ordersPerSecond).toFixed(1),
      medianOf(some, p50).toFixed(0),
      medianOf(some, (each) => each.p99).toFixed(0),
      medianOf(some, (each) => each.cpuMillisecondsPerOrder).toFixed(1),
      shown(end?.residentMegabytes, 0),
      shown(end?.anonymousMegabytes, 0),
    ];
  });
  return [
    "Growing, persisted, 32 in flight",
    table([["orders", "orders/s", "p50 ms", "p99 ms", "CPU ms", "MB", "without files"], ...rows]),
    "",
  ].join("\n");
}
