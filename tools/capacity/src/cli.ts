// `pnpm capacity`: what breaks first at so many orders a second, its limit and its cure.
import { readFileSync } from "node:fs";
import { command, run, type Values } from "@order-saga/arguments";
import { regions } from "@order-saga/stacks/quotas";
import { limitsOf } from "./limits.ts";
import { measureLoad, writeLoad } from "./measured.ts";
import { files, writeFiles } from "./page.ts";
import { atRate, brokenAt, overview } from "./report.ts";
import { raisedFor } from "./settings.ts";

const options = {
  "orders-per-second": {
    kind: "number",
    least: 0.001,
    most: 1_000_000,
    says: "every limit beside this rate",
  },
  region: { kind: "choice", value: "NAME", of: regions, default: "eu-west-1", says: "whose quotas" },
  skus: {
    kind: "whole",
    least: 1,
    most: 1_000_000,
    default: 1000,
    says: "over how many products orders spread evenly; 1 is one hot product",
  },
  json: { kind: "flag", says: "prints it as JSON" },
  write: { kind: "flag", says: "writes docs/capacity.md and its pictures" },
  check: { kind: "flag", says: "names which of these are stale; exit code 1 if one is" },
  measure: { kind: "flag", says: "counts an order's load again, into tools/capacity/src/measured.json" },
} as const;

async function capacity(given: Values<typeof options>): Promise<number> {
  if (given.measure) {
    await writeLoad(await measureLoad(new Date().toISOString().slice(0, 10)));
    console.log("Measured. Now: npx pnpm@12 capacity --write");
    return 0;
  }
  if (given.check) return stale();
  if (given.write) {
    await writeFiles();
    return 0;
  }
  const { "orders-per-second": ordersPerSecond, region, skus } = given;
  const where = { region, skus };
  if (given.json) {
    const limits = limitsOf(where);
    const at = ordersPerSecond === undefined ? undefined : raisedFor(ordersPerSecond, where);
    const broken = brokenAt(limits, ordersPerSecond === undefined ? undefined : [ordersPerSecond]);
    console.log(JSON.stringify({ ...where, limits, broken, ...(at && { raised: at }) }, null, 2));
    return 0;
  }
  console.log(ordersPerSecond === undefined ? overview(where) : atRate(ordersPerSecond, where));
  return 0;
}

function stale(): number {
  const old = Object.entries(files()).filter(([path, text]) => {
    try {
      return readFileSync(new URL(`../../../${path}`, import.meta.url), "utf8") !== text;
    } catch {
      return true;
    }
  });
  for (const [path] of old) console.error(`${path} is stale: run npx pnpm@12 capacity --write`);
  return old.length > 0 ? 1 : 0;
}

await run(
  command(
    {
      name: "pnpm capacity",
      says: "What breaks first at so many orders a second, its limit and its cure.",
      options,
    },
    capacity,
  ),
);
