// `pnpm cost`: every ending of the saga under the meter, its bill, its peers and what would save.
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { type EndingName, endings } from "./endings.ts";
import { countsOf, differences, readGolden, writeGolden } from "./golden.ts";
import { measureBatched, measureEnding } from "./measure.ts";
import type { Operations } from "./operations.ts";
import { pictures } from "./pictures.ts";
import { isRegion, regions } from "./prices.ts";
import { report } from "./report.ts";

const usage = `Usage: pnpm cost [--orders 1000000] [--months 1] [--region eu-west-1] [--json FILE] [--pictures FOLDER] [--update]

  --orders  confirmed orders a month, for the bill
  --months  how many months are billed, and their records kept
  --region  whose prices: ${regions.join(" or ")}
  --json    where every number is written
  --pictures  where the charts are written as SVG
  --update  writes the counts down in golden/operations.json`;

async function main(): Promise<number> {
  const text = { type: "string" } as const;
  const args = process.argv.slice(2).filter((each) => each !== "--");
  const options = {
    orders: text,
    months: text,
    region: text,
    json: text,
    pictures: text,
    update: { type: "boolean" },
  } as const;
  const { values } = parseArgs({ args, options });
  const [orders, months] = [Number(values.orders ?? 1e6), Number(values.months ?? 1)];
  if (!(orders > 0 && months > 0)) throw new TypeError("--orders and --months are positive numbers.");
  const region = values.region ?? "eu-west-1";
  if (!isRegion(region)) throw new TypeError(`--region is ${regions.join(" or ")}.`);
  const measured: [EndingName, Operations][] = [];
  for (const name of Object.keys(endings) as EndingName[]) measured.push([name, await measureEnding(name)]);
  const measurements = {
    endings: Object.fromEntries(measured) as Record<EndingName, Operations>,
    batched: await measureBatched("confirmed"),
  };
  console.log(report(measurements, orders, months, region));
  if (values.json !== undefined) await writeFile(values.json, `${JSON.stringify(measurements, null, 2)}\n`);
  if (values.pictures !== undefined) {
    for (const [name, svg] of Object.entries(pictures(measurements)))
      await writeFile(join(values.pictures, `${name}.svg`), svg);
  }
  if (values.update) {
    await writeGolden(Object.fromEntries(measured.map(([name, operations]) => [name, countsOf(operations)])));
    return 0;
  }
  const golden = await readGolden();
  const changed = measured.flatMap(([name, operations]) =>
    differences(name, golden[name], countsOf(operations)),
  );
  for (const each of changed) console.error(each);
  return changed.length > 0 ? 1 : 0;
}

try {
  process.exitCode = await main();
} catch (error) {
  const isUsage = error instanceof TypeError;
  console.error(error instanceof Error ? error.message : error, isUsage ? `\n\n${usage}` : "");
  process.exitCode = isUsage ? 2 : 1;
}
