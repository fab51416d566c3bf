// `pnpm cost`: every ending of the saga under the meter, its bill, its peers and what would save.
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { command, run, type Values } from "@order-saga/arguments";
import { idleBill } from "@order-saga/synthesis/idle/bill";
import { type IdleBills, writeIdle } from "@order-saga/synthesis/idle/documents";
import { exampleSettings, personalSettings } from "@order-saga/synthesis/settings";
import { synthesize } from "@order-saga/synthesis/synthesize";
import { writePages } from "../when-not/write.ts";
import { type EndingName, endings } from "./endings.ts";
import { writeDocuments } from "./figures.ts";
import { countsOf, differences, readGolden, writeGolden } from "./golden.ts";
import { measureBatched, measureEnding } from "./measure.ts";
import type { Operations } from "./operations.ts";
import { pictures } from "./pictures.ts";
import { regions } from "./prices.ts";
import { report } from "./report.ts";

const options = {
  orders: { kind: "number", least: 1, default: 1_000_000, says: "confirmed orders a month, for the bill" },
  months: {
    kind: "number",
    least: 0.1,
    default: 1,
    says: "how many months are billed, and their records kept",
  },
  region: { kind: "choice", value: "NAME", of: regions, default: "eu-west-1", says: "whose prices" },
  json: { kind: "text", value: "FILE", says: "where every number is written" },
  pictures: { kind: "text", value: "FOLDER", says: "where the charts are written as SVG" },
  accept: {
    kind: "flag",
    says: "makes these the expected numbers, in golden/operations.json and the documents",
  },
} as const;

const cost = command(
  {
    name: "pnpm cost",
    says: "Plays every ending of the saga under the meter: its bill, its peers, and what would save.",
    options,
  },
  bill,
);

async function bill({ json, months, orders, pictures: folder, region, accept }: Values<typeof options>) {
  const measured: [EndingName, Operations][] = [];
  for (const name of Object.keys(endings) as EndingName[]) measured.push([name, await measureEnding(name)]);
  const measurements = {
    endings: Object.fromEntries(measured) as Record<EndingName, Operations>,
    batched: await measureBatched("confirmed"),
  };
  console.log(report(measurements, orders, months, region));
  const idle = await idleBills();
  const idleDollars = [idle.production.total, idle.personal.total].map((each) => each.toFixed(2));
  console.log(`Idle, a month: $ ${idleDollars.join(" in production, $ ")} in a developer's stage.`);
  if (json !== undefined) await writeFile(json, `${JSON.stringify(measurements, null, 2)}\n`);
  if (folder !== undefined) {
    for (const [name, svg] of Object.entries(pictures(measurements)))
      await writeFile(join(folder, `${name}.svg`), svg);
  }
  if (accept) {
    await writeDocuments(measurements);
    await writeIdle(idle);
    await writePages(measurements.endings.confirmed);
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

async function idleBills(): Promise<IdleBills> {
  const outline = { detail: "outline" } as const;
  return {
    production: idleBill(await synthesize("production", exampleSettings, outline)),
    personal: idleBill(await synthesize("developer", personalSettings, outline)),
  };
}

await run(cost);
