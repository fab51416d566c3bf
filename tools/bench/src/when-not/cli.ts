// `pnpm when-not`: the figures of docs/when-not.md, measured again or written into the page.
import { writeFile } from "node:fs/promises";
import { command, run, type Values } from "@order-saga/arguments";
import { machine } from "../machine.ts";
import { compare, medianOf } from "../saga/compare.ts";
import { figuresOf, pageFile, pageOf, type Recorded, readRecorded, recordedFile } from "./page.ts";

const options = {
  measure: { kind: "flag", says: "measures peers with the same calls again, and records the results" },
  write: { kind: "flag", says: "writes docs/when-not.md" },
  orders: { kind: "whole", least: 10, default: 300, says: "orders of a round" },
  rounds: { kind: "whole", least: 1, default: 5, says: "rounds of each contender" },
} as const;

async function whenNot({ measure, orders, rounds, write }: Values<typeof options>): Promise<number> {
  const recorded = measure ? await measured(orders, rounds) : await readRecorded();
  if (measure) await writeFile(recordedFile, `${JSON.stringify(recorded, null, 2)}\n`);
  if (measure || write) await writeFile(pageFile, pageOf(recorded));
  console.log(figuresOf(recorded));
  return 0;
}

async function measured(orders: number, rounds: number): Promise<Recorded> {
  const { results, skipped } = await compare(orders, rounds, "same calls");
  for (const [name, why] of Object.entries(skipped)) console.error(`${name} skipped: ${why}`);
  const rounded = (value: number) => Number(value.toFixed(1));
  const contenders = Object.fromEntries(
    Object.entries(results).map(([name, { alone, busy }]) => [
      name,
      {
        ordersPerSecond: rounded(medianOf(busy, (each) => each.ordersPerSecond)),
        alone: rounded(medianOf(alone, (each) => each.p50)),
      },
    ]),
  );
  const { dollarsAMillion } = await readRecorded();
  const { summary } = machine();
  return { measured: summary.slice(0, 10), machine: summary, orders, rounds, contenders, dollarsAMillion };
}

await run(command({ name: "pnpm when-not", says: "The figures of docs/when-not.md.", options }, whenNot));
