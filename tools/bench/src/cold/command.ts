// `pnpm bench cold`: import, first record and CPU of every function, beside SST's defaults.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { command, type Values } from "@order-saga/arguments";
import { root } from "@order-saga/synthesis/platform";
import { bars, table } from "../chart.ts";
import { machine } from "../machine.ts";
import { type FunctionResult, measureFunction } from "./measure.ts";
import { coldPicture } from "./picture.ts";
import { startReplay } from "./recording.ts";
import { awsEnvironment, environmentsAt, rehearse } from "./rehearsal.ts";
import { buildVariants, scriptIn, variantNames } from "./variants.ts";

/**
 * The deployed bundle's CPU may be this share of that of SST's default bundle; gzipped bytes it may have. A
 * function below the least milliseconds by the default, as those without schema and client, is not judged.
 */
export const BAR = { cpuRatio: 0.7, gzipBytes: 100_000, leastMilliseconds: 15 };

const options = {
  rounds: { kind: "whole", least: 1, default: 9, says: "processes of each bundle and function" },
  function: { kind: "text", value: "NAME", says: "only functions whose name has this in it" },
  json: { kind: "text", value: "FILE", says: "where every number is written" },
  picture: { kind: "text", value: "FILE", says: "where the chart is written as SVG" },
} as const;

export const cold = command(
  {
    name: "pnpm bench cold",
    says: "What a cold start costs, against SST's default bundle and an empty handler.",
    options,
  },
  measureAll,
);

async function measureAll({
  function: wanted = "",
  json,
  picture,
  rounds,
}: Values<typeof options>): Promise<number> {
  const recordings = (await rehearse()).filter(({ name }) => name.includes(wanted));
  const folder = await mkdtemp(join(root, "node_modules", ".cold-"));
  const surprises = new Set<string>();
  const replay = await startReplay((call) => surprises.add(call));
  try {
    const variants = await buildVariants(root, folder);
    const environments = environmentsAt(replay.url);
    const results: FunctionResult[] = [];
    for (const recording of recordings) {
      const environment = { ...awsEnvironment(replay.url), ...environments.get(recording.name) };
      const result = await measureFunction(recording, variants.get(recording.name) ?? [], environment, {
        rounds,
        script: scriptIn(folder),
        beforeEach: () => replay.play(recording),
      });
      results.push(result);
      process.stderr.write(`${recording.name}: ${result.cpuRatio.customary?.toFixed(2)}\n`);
    }
    if (surprises.size > 0) throw new Error(`The rehearsal did not record ${[...surprises].join(", ")}.`);
    console.log(print(results, rounds));
    if (json !== undefined)
      await writeFile(json, `${JSON.stringify({ machine: machine(), rounds, results }, null, 2)}\n`);
    if (picture !== undefined) await writeFile(picture, coldPicture(results));
    return 0;
  } finally {
    replay.close();
    await rm(folder, { recursive: true });
  }
}

function print(results: readonly FunctionResult[], rounds: number): string {
  const milliseconds = (value: number | undefined) => (value ?? Number.NaN).toFixed(1);
  const sections = Object.entries(variantNames).map(([key, says]) => `  ${key.padEnd(10)} ${says}`);
  const rows = results.map(({ cpuRatio, name, variants: { customary, defaults, deployed, empty } }) => [
    name,
    milliseconds(deployed?.importMilliseconds),
    milliseconds(deployed?.recordMilliseconds),
    milliseconds(deployed?.cpuMilliseconds),
    milliseconds(defaults?.cpuMilliseconds),
    milliseconds(customary?.cpuMilliseconds),
    milliseconds(empty?.cpuMilliseconds),
    (cpuRatio.defaults ?? Number.NaN).toFixed(2),
    (cpuRatio.customary ?? Number.NaN).toFixed(2),
    ...[deployed, defaults, customary].map((each) => ((each?.gzipBytes ?? 0) / 1000).toFixed(1)),
  ]);
  const head = [
    "",
    "import",
    "record",
    "CPU",
    "defaults",
    "customary",
    "empty",
    "÷def",
    "÷cust",
    "kB gz",
    "def",
    "cust",
  ];
  const chart = results.flatMap(({ name, variants }) =>
    (["deployed", "defaults", "customary"] as const).map((each, index) => ({
      label: index === 0 ? `${name} ${each}` : each.padStart(name.length + each.length + 1),
      value: variants[each]?.cpuMilliseconds ?? 0,
      text: milliseconds(variants[each]?.cpuMilliseconds),
    })),
  );
  const slow = results.filter(
    ({ cpuRatio, variants: { customary } }) =>
      (customary?.cpuMilliseconds ?? 0) >= BAR.leastMilliseconds &&
      !((cpuRatio.customary ?? 1) <= BAR.cpuRatio),
  );
  const large = results.filter(({ variants }) => (variants.deployed?.gzipBytes ?? 0) > BAR.gzipBytes);
  const names = (of: readonly FunctionResult[]) => of.map(({ name }) => name).join(", ") || "none";
  return [
    `Cold starts, medians of ${rounds} processes each, in turns (${machine().summary})`,
    ...sections,
    "",
    "CPU from the import to the first answer, milliseconds",
    bars(chart),
    "",
    table([head, ...rows]),
    "",
    `Above ${BAR.cpuRatio} of the CPU of SST's default bundle: ${names(slow)}`,
    `Above ${BAR.gzipBytes / 1000} kB gzipped: ${names(large)}`,
  ].join("\n");
}
