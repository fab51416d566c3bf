// `pnpm bench saga`: how many orders the laptop settles, at 1 and 32 in flight, beside durable-execution engines.
import { writeFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { table } from "../chart.ts";
import { machine } from "../machine.ts";
import { median } from "../statistics.ts";
import { type Contender, type Sample, sample } from "./contender.ts";
import { startLaptop } from "./laptop.ts";
import { startDbos } from "./peers/dbos.ts";
import { hasProgram } from "./peers/postgres.ts";
import { startRestate } from "./peers/restate.ts";

const usage = "Usage: pnpm bench saga [--orders 300] [--rounds 5] [--grow 20000] [--no-peers] [--json FILE]";

/** Persisted orders per second to Restate's, in memory to Restate's, and the time of an order alone to Restate's. */
export const BARS = { persisted: 1, memory: 2, alone: 1 };

export async function saga(args: string[]): Promise<number> {
  const text = { type: "string" } as const;
  const { values } = parseArgs({
    args,
    options: { orders: text, rounds: text, grow: text, json: text, "no-peers": { type: "boolean" } },
  });
  const [orders, rounds] = [Number(values.orders ?? 300), Number(values.rounds ?? 5)];
  const grow = values.grow === undefined ? 0 : Number(values.grow);
  if (!(orders >= 10 && rounds > 0 && grow >= 0)) throw new TypeError(usage);
  const { results, skipped } = await compare(orders, rounds, values["no-peers"] !== true);
  console.log(print(results, skipped, orders, rounds));
  const growth = grow > 0 ? await growing(grow) : undefined;
  if (growth) console.log(printGrowth(growth));
  if (values.json !== undefined) {
    const all = { machine: machine(), orders, rounds, results, skipped, growth };
    await writeFile(values.json, `${JSON.stringify(all, null, 2)}\n`);
  }
  return 0;
}

type Results = Record<string, { busy: Sample[]; alone: Sample[] }>;

/** Every contender in turns within each round, so that what the machine does besides meets all of them alike. */
async function compare(orders: number, rounds: number, withPeers: boolean) {
  const contenders: Contender[] = [];
  const skipped: Record<string, string> = {};
  const results: Results = {};
  try {
    contenders.push(await startLaptop({ name: "in memory", persisted: false }));
    contenders.push(await startLaptop({ name: "persisted", persisted: true }));
    for (const { name, start, missing } of peers) {
      if (!withPeers) skipped[name] = "--no-peers";
      else if (missing()) skipped[name] = missing();
      else
        await start().then(
          (contender) => contenders.push(contender),
          (error) => {
            skipped[name] = error instanceof Error ? error.message : String(error);
          },
        );
    }
    for (const each of contenders) {
      await sample(each, Math.max(100, orders / 2), 32);
      results[each.name] = { busy: [], alone: [] };
    }
    for (let round = 0; round < rounds; round++) {
      const turn = round % contenders.length;
      for (const each of [...contenders.slice(turn), ...contenders.slice(0, turn)]) {
        results[each.name]?.busy.push(await sample(each, orders, 32));
        results[each.name]?.alone.push(await sample(each, Math.ceil(orders / 10), 1));
      }
    }
  } finally {
    for (const each of contenders) await each.stop();
  }
  return { results, skipped };
}

const peers = [
  { name: "Restate", start: startRestate, missing: () => "" },
  {
    name: "DBOS",
    start: startDbos,
    missing: () =>
      hasProgram("postgres") && hasProgram("initdb") ? "" : "postgres and initdb are not on the path",
  },
];

/** One persisted laptop, a thousand orders at a time. */
async function growing(orders: number): Promise<Sample[]> {
  const laptop = await startLaptop({ name: "persisted", persisted: true });
  const samples: Sample[] = [];
  try {
    for (let done = 0; done < orders; done += 1000) {
      samples.push(await sample(laptop, 1000, 32));
      if (!process.stderr.isTTY) continue;
      process.stderr.write(
        `\r${(done + 1000).toLocaleString("en")} of ${orders.toLocaleString("en")} orders`,
      );
    }
  } finally {
    await laptop.stop();
  }
  return samples;
}

function print(results: Results, skipped: Record<string, string>, orders: number, rounds: number): string {
  const restate = results.Restate;
  const number = (value: number | undefined, digits: number) =>
    value === undefined || Number.isNaN(value) ? "–" : value.toFixed(digits);
  const of = (samples: readonly Sample[], pick: (sample: Sample) => number | undefined) =>
    median(samples.map((each) => pick(each) ?? Number.NaN));
  const ratio = (
    ours: readonly Sample[],
    theirs: readonly Sample[] | undefined,
    pick: (s: Sample) => number,
  ) => (theirs ? median(ours.map((each, round) => pick(each) / pick(theirs[round] ?? each))) : undefined);
  const rows = Object.entries(results).map(([name, { alone, busy }]) => [
    name,
    number(
      of(busy, (each) => each.ordersPerSecond),
      1,
    ),
    number(
      ratio(busy, restate?.busy, (each) => each.ordersPerSecond),
      2,
    ),
    number(
      of(busy, (each) => each.p50),
      0,
    ),
    number(
      of(busy, (each) => each.p99),
      0,
    ),
    number(
      of(busy, (each) => each.cpuMillisecondsPerOrder),
      1,
    ),
    number(
      of(busy, (each) => each.residentMegabytes),
      0,
    ),
    number(
      of(alone, (each) => each.p50),
      1,
    ),
    number(
      ratio(alone, restate?.alone, (each) => each.p50),
      2,
    ),
  ]);
  const head = ["", "orders/s", "÷ Restate", "p50 ms", "p99 ms", "CPU ms", "MB", "alone p50", "÷ Restate"];
  return [
    `Orders settled, 32 in flight and alone: medians of ${rounds} rounds of ${orders} in turns (${machine().summary})`,
    table([head, ...rows]),
    ...Object.entries(skipped).map(([name, why]) => `  ${name} skipped: ${why}`),
    "",
  ].join("\n");
}

function printGrowth(samples: readonly Sample[]): string {
  const rows = samples.map((each, index) => [
    `${index + 1},000`,
    each.ordersPerSecond.toFixed(1),
    each.p50.toFixed(0),
    each.p99.toFixed(0),
    each.cpuMillisecondsPerOrder?.toFixed(1) ?? "–",
    each.residentMegabytes?.toFixed(0) ?? "–",
    each.anonymousMegabytes?.toFixed(0) ?? "–",
  ]);
  return [
    "Growing, persisted, 32 in flight",
    table([["orders", "orders/s", "p50 ms", "p99 ms", "CPU ms", "MB", "without files"], ...rows]),
    "",
  ].join("\n");
}
