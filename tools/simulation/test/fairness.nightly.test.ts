// One customer's many orders at once do not delay another's one: not its decision, and not its mails.
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { type Beside, type Crowd, secondsBeside } from "../src/fairness.ts";
import type { Edit } from "../src/mutants/mutant.ts";

/**
 * However many the others are: a batch under way ends, and the order is in the next one. At 5 calls a second
 * each of a batch has its turn within a third of the function's 30 s, and most much sooner.
 */
const BOUND_SECONDS = 15;

/** A crowd that takes longer than the bound; docs/performance.md has the figures of `FAIR_ORDERS=1000`. */
const { FAIR_ORDERS } = process.env;
const crowd: Crowd = { by: "orders", count: Number(FAIR_ORDERS ?? 100), perSecond: 5, mailsPerSecond: 5 };
const atStripes: Partial<Crowd> = { perSecond: 25, mailsPerSecond: 14 };
const crowds: Partial<Crowd>[] = [{}, { by: "bulks" }];
if (FAIR_ORDERS) crowds.push(atStripes, { ...atStripes, sku: "TEA-SENCHA" }, { ...atStripes, by: "bulks" });

test.each(crowds)(
  "beside many orders of another customer an order is confirmed and told of within the bound: %j",
  { timeout: 3600_000 },
  async (given) => {
    const seconds = await secondsBeside({ ...crowd, ...given });
    if (FAIR_ORDERS) console.log(given, seconds);
    expect(seconds.confirmed).toBeLessThan(BOUND_SECONDS);
    expect(seconds.mailed).toBeLessThan(BOUND_SECONDS);
    expect(seconds.others).toBeGreaterThan(BOUND_SECONDS);
  },
);

/** The same over code with this edit. */
async function secondsWith(edit: Edit): Promise<Beside> {
  const program = `
    import { importMutated } from ${JSON.stringify(import.meta.resolve("../src/mutants/loader.ts"))};
    const fairness = new URL(${JSON.stringify(import.meta.resolve("../src/fairness.ts"))});
    const { secondsBeside } = await importMutated({ name: "fair", why: "", ...${JSON.stringify(edit)} }, fairness);
    console.log(JSON.stringify(await secondsBeside(${JSON.stringify(crowd)})));`;
  const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "-e", program]);
  return JSON.parse(stdout);
}

test.each([
  ["events without their customer's group", "publisher.ts", "[groupOf(subject), subject]", "[subject]"],
  ["rules that ask for no group", "topology.ts", "...(manifest.isFair && { groupPath: GROUP_PATH }),", ""],
])(
  "%s put an order behind the others, which is found",
  { timeout: 120_000 },
  async (_, file, find, replace) => {
    const { confirmed, mailed } = await secondsWith({ file: `messaging/src/${file}`, find, replace });
    expect(Math.max(confirmed, mailed)).toBeGreaterThan(BOUND_SECONDS);
  },
);
