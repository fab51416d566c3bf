// `pnpm bench warm`: what the edge adds to a record of a warm function, beside a raw loop and Powertools.
import { writeFile } from "node:fs/promises";
import { command, type Values } from "@order-saga/arguments";
import { aBatch, anEvent } from "@order-saga/messaging/testing";
import type { SQSEvent } from "aws-lambda";
import { bars, table } from "../chart.ts";
import { machine } from "../machine.ts";
import { median } from "../statistics.ts";
import { edges } from "./edges.ts";

/** Our edge may take this many times what a raw loop takes, for a batch of ten. */
export const BAR = 2;

const options = {
  rounds: { kind: "whole", least: 1, default: 40, says: "how often each edge is measured" },
  records: { kind: "whole", least: 1, default: 5000, says: "records of a round" },
  json: { kind: "text", value: "FILE", says: "where every number is written" },
} as const;

export const warm = command(
  {
    name: "pnpm bench warm",
    says: "What the edge adds to a record, against a raw loop and Powertools' batch.",
    options,
  },
  measureAll,
);

export type WarmResult = {
  work: string;
  batch: number;
  /** Microseconds of a record, medians. */
  microseconds: Record<string, number>;
  /** Ours to each: the median of the ratios of neighbouring rounds. */
  ratio: Record<string, number>;
};

async function measureAll({ json, records, rounds }: Values<typeof options>): Promise<number> {
  const results: WarmResult[] = [];
  for (const [name, work] of Object.entries(works)) {
    for (const batch of [1, 10]) results.push(await compare(name, work, batch, rounds, records));
  }
  console.log(print(results, rounds));
  if (json !== undefined)
    await writeFile(json, `${JSON.stringify({ machine: machine(), rounds, records, results }, null, 2)}\n`);
  return 0;
}

/** What the reaction does: nothing, which leaves the edge alone, or one call of a store that takes 1 ms. */
const works: Readonly<Record<string, () => Promise<void>>> = {
  nothing: async () => {},
  "a store's millisecond": () => new Promise((resolve) => setTimeout(resolve, 1)),
};

async function compare(
  name: string,
  work: () => Promise<void>,
  batch: number,
  rounds: number,
  records: number,
): Promise<WarmResult> {
  const event = aBatch(Array.from({ length: batch }, () => anEvent("OrderPlaced")));
  const all = edges(work);
  const invocations = Math.max(1, Math.round((name === "nothing" ? records : records / 100) / batch));
  const times = new Map<string, number[]>(all.map((edge) => [edge.name, []]));
  for (let round = -3; round < rounds; round++) {
    const turn = ((round % all.length) + all.length) % all.length;
    for (const edge of [...all.slice(turn), ...all.slice(0, turn)]) {
      const each = await timed(edge.handle, event, invocations);
      // The first rounds are for the compiler.
      if (round >= 0) times.get(edge.name)?.push((each / batch) * 1000);
    }
  }
  const ours = times.get("ours") ?? [];
  const entries = [...times];
  return {
    work: name,
    batch,
    microseconds: Object.fromEntries(entries.map(([edge, each]) => [edge, median(each)])),
    ratio: Object.fromEntries(
      entries.map(([edge, each]) => [
        edge,
        median(each.map((value, index) => (ours[index] ?? Number.NaN) / value)),
      ]),
    ),
  };
}

/** Milliseconds of one invocation. */
async function timed(
  handle: (event: SQSEvent) => Promise<{ batchItemFailures: unknown[] }>,
  event: SQSEvent,
  invocations: number,
): Promise<number> {
  const begun = performance.now();
  for (let count = 0; count < invocations; count++) {
    const { batchItemFailures } = await handle(event);
    if (batchItemFailures.length > 0)
      throw new Error("A record failed, and would be cheaper than one that does not.");
  }
  return (performance.now() - begun) / invocations;
}

function print(results: readonly WarmResult[], rounds: number): string {
  const sections = results.map(({ batch, microseconds, ratio, work }) =>
    [
      `A batch of ${batch}, the reaction does: ${work}; microseconds of a record (ours to it)`,
      bars(
        Object.entries(microseconds).map(([label, value]) => ({
          label,
          value,
          text: `${value.toFixed(2)}  (${(ratio[label] ?? Number.NaN).toFixed(2)})`,
        })),
      ),
      "",
    ].join("\n"),
  );
  return [
    `Warm edges, medians of ${rounds} rounds in turns (${machine().summary})`,
    table(edges(async () => {}).map(({ name, says }) => [name.padEnd(22), says.padEnd(60)])),
    "",
    ...sections,
  ].join("\n");
}
