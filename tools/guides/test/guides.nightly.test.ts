// The guides work: what they add to a copy of the repository compiles, is complete, and takes part in orders.
import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { apply, blocksOf, copyOfRepository, edited } from "../src/guide.ts";
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

test("a service touches at most eight files outside its own package", () => {
  const outside = service.map(({ path }) => path).filter((path) => !path.startsWith("packages/shipping/"));
  expect([...new Set(outside)].length).toBeLessThanOrEqual(8);
});

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

test("a repository that has followed a guide stays as it is", () => {
  expect(edited("a\nx\nb\n", " a\n+x\n", "f")).toBe("a\nx\nb\n");
});

test("an edit that has no place, or two, is an error", () => {
  expect(edited("a\nb\n", " a\n+x\n", "f")).toBe("a\nx\nb\n");
  expect(() => edited("b\n", " a\n+x\n", "f")).toThrow(
    "The guide edits f where this does not stand exactly once",
  );
  expect(() => edited("a\na\n", " a\n+x\n", "f")).toThrow("exactly once");
});
