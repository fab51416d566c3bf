// The guides work: what they add to a copy of the repository compiles, is complete, and takes part in orders.
import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { apply, blocksOf, copyOfRepository } from "../src/guide.ts";
import { run, suite, types } from "./run.ts";

const service = blocksOf("docs/add-a-service.md");
const reaction = blocksOf("docs/add-a-reaction.md");
let copy = "";

beforeAll(async () => {
  copy = copyOfRepository();
  for (const block of [...service, ...reaction]) apply(block, copy);
  await run(copy, "tools/documents/src/generate.ts");
});
afterAll(() => rmSync(copy, { recursive: true }));

test("the whole repository compiles with the service and the reaction", async () => {
  await types(copy);
});

test("nothing is missing from them, and the service's own tests pass", async () => {
  await suite(copy, "packages/services");
  await suite(copy, "packages/shipping");
});

test("the generated documents have the service's event, and pass their tests", async () => {
  expect(readdirSync(join(copy, "packages/contracts/schemas"))).toContain("ParcelBooked.json");
  await suite(copy, "tools/documents");
  await suite(copy, "packages/contracts");
});

test("orders under faults keep every invariant", async () => {
  await run(copy, "tools/simulation/src/cli.ts", "--seeds", "5");
});
