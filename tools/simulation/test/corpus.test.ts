// Recorded plans that once broke an invariant, or that take a rare step, break none today.
import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { createCheckers } from "../src/checkers/index.ts";
import { rareSteps } from "../src/coverage.ts";
import { loadFunctions } from "../src/load-functions.ts";
import { asPlan } from "../src/plan.ts";
import { loadSecondVersion } from "../src/second-version.ts";
import { simulate } from "../src/simulate.ts";

const folder = new URL("../corpus/", import.meta.url);
const names = readdirSync(folder).filter((name) => name.endsWith(".json"));
const versions = { first: await loadFunctions(), second: await loadSecondVersion() };

test("there are plans to run", () => {
  expect(names).not.toEqual([]);
});

async function run(name: string) {
  const plan = asPlan(JSON.parse(readFileSync(new URL(name, folder), "utf8")));
  return simulate(plan, { versions, checkers: createCheckers });
}

test.each(names)("%s", async (name) => {
  expect((await run(name)).violations).toEqual([]);
});

test.each(Object.entries(rareSteps))("%s happens, in %s", async (step, name) => {
  expect((await run(`${name}.json`)).coverage.get(`step ${step}`)).toBeGreaterThan(0);
});
