// `pnpm when-not`: the figures of docs/when-not.md, measured again or written into the page and its form.
import { command, run, type Values } from "@order-saga/arguments";
import { machine } from "../machine.ts";
import { compare, medianOf } from "../saga/compare.ts";
import { readFigures } from "./figures.ts";
import { printed } from "./page.ts";
import { type Recorded, writeRecorded } from "./recorded.ts";
import { writePages } from "./write.ts";

const options = {
  measure: { kind: "flag", says: "measures peers with the same calls again, and records the results" },
  write: {
    kind: "flag",
    says: "counts an order's operations again, and writes docs/when-not.md and its form",
  },
  orders: { kind: "whole", least: 10, default: 300, says: "orders of a round" },
  rounds: { kind: "whole", least: 1, default: 5, says: "rounds of each contender" },
} as const;

async function whenNot({ measure, orders, rounds, write }: Values<typeof options>): Promise<number> {
  if (measure) await writeRecorded(await measured(orders, rounds));
  if (measure || write) await writePages();
  console.log(printed(await readFigures()));
  return 0;
}

async function measured(orders: number, rounds: number): Promise<Recorded> {
  const before = machine();
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
  // The load of others: that of the measurement itself is in what was measured.
  return { measured: before.date, machine: before.summary, orders, rounds, contenders };
}

await run(command({ name: "pnpm when-not", says: "The figures of docs/when-not.md.", options }, whenNot));
