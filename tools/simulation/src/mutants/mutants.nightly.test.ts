// The quick set: mistakes that every test run must find, each by the seed that is known to show it.
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { canaryFrom, songOf } from "./canary.ts";
import type { Edit } from "./mutant.ts";
import { quickSet } from "./quick-set.ts";
import { medianOf, tableOf } from "./report.ts";
import { huntAll } from "./run.ts";

/**
 * If a seed no longer kills its mutant, another one is looked for among so many, to be written down instead.
 */
const SEEDS_LOOKED_AT = 200;

// The time is a last resort: a busy machine takes longer for the same seeds.
test("the quick set is killed, each by its seed", { timeout: 600_000 }, async () => {
  const hunts = Object.entries(quickSet).map(([mutant, seed]) => {
    return { mutant, first: [seed], from: 1, seeds: SEEDS_LOOKED_AT };
  });
  const caught = await huntAll(hunts, { threads: 2 });
  const killedBy = Object.fromEntries(caught.map(({ killed, mutant }) => [mutant, killed?.seed]));
  expect(killedBy, "where it differs, the received seed is the one to write into quick-set.ts").toEqual(
    quickSet,
  );
});

test("the canary sings", async () => {
  const [canary] = await huntAll([canaryFrom(1)], { threads: 1 });
  expect(canary?.killed, canary && songOf(canary)).toBeDefined();
});

/** What node itself makes of each edit of a file: nothing here is loaded by the test runner. */
async function triedWith(edits: readonly Edit[]): Promise<string[]> {
  const program = `
    import { importMutated } from ${JSON.stringify(import.meta.resolve("./loader.ts"))};
    const trial = new URL(${JSON.stringify(import.meta.resolve("./trial.ts"))});
    const { planOf } = await import(${JSON.stringify(import.meta.resolve("../seed-plan.ts"))});
    const said = [];
    for (const [index, edit] of ${JSON.stringify(edits)}.entries()) {
      said.push(await importMutated({ name: "edit-" + index, why: "", ...edit }, trial).then(
        async ({ tryPlan }) => (await tryPlan(planOf(1)))?.invariant ?? "nothing",
        (error) => error.message,
      ));
    }
    console.log(JSON.stringify(said));`;
  const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "-e", program]);
  return JSON.parse(stdout);
}

test("only an edit that does something is caught, and only where it is loaded", {
  timeout: 600_000,
}, async () => {
  const file = "messaging/src/reaction.ts";
  const find = "const says = await react(event,";
  const [harmless, harmful, elsewhere] = await triedWith([
    { file, find, replace: `/* nothing */ ${find}` },
    { file, find, replace: `throw new Error("never"); ${find}` },
    { file: "simulation/src/cli.ts", find: "// `pnpm simulate`", replace: "//" },
  ]);
  expect(harmless).toBe("nothing");
  expect(harmful).toMatch(/^[AE]\d+$|^rest$/);
  expect(elsewhere).toContain("Not every file of edit-2 is loaded");
});

test("survivors come first in the table, and do not count for the median", () => {
  const killed = (mutant: string, seeds: number) => {
    return { mutant, seeds, foul: [], killed: { seed: seeds, by: "A1", detail: "stock below zero" } };
  };
  const caught = [killed("a", 3), { mutant: "b", seeds: 9, foul: [4] }, killed("c", 8)];
  expect(
    tableOf(caught)
      .split("\n")
      .map((line) => line.split(" ")[0]),
  ).toEqual(["mutant", "b", "c", "a"]);
  expect(tableOf(caught)).toMatch(/^b +ALIVE +9 +.*seeds the shipped code fails: 4/m);
  expect(medianOf(caught)).toBe(5.5);
  expect(medianOf([killed("a", 3), killed("c", 8), killed("d", 2)])).toBe(3);
});
