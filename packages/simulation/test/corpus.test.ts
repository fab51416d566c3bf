// Plans that once broke an invariant, each named after its defect: none of them may do so again.
import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { createCheckers } from "../src/checkers/index.ts";
import { loadFunctions } from "../src/composition.ts";
import { asPlan } from "../src/plan.ts";
import { loadSecondVersion } from "../src/second-version.ts";
import { simulate } from "../src/simulate.ts";

const folder = new URL("../corpus/", import.meta.url);
const names = readdirSync(folder).filter((name) => name.endsWith(".json"));
const versions = { first: await loadFunctions(), second: await loadSecondVersion() };

test("there are plans to run", () => {
  expect(names).not.toEqual([]);
});

test.each(names)("%s", async (name) => {
  const plan = asPlan(JSON.parse(readFileSync(new URL(name, folder), "utf8")));
  const { violations } = await simulate(plan, { versions, checkers: createCheckers });
  expect(violations).toEqual([]);
});
