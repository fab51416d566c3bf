// No order costs an operation more than it did, and a confirmed one no more than was promised.
import { expect, test } from "vitest";
import { type EndingName, endings } from "./endings.ts";
import { countsOf, differences, readGolden } from "./golden.ts";
import { measureEnding } from "./measure.ts";
import { none } from "./operations.ts";

const names = Object.keys(endings) as EndingName[];

test.for(names)("%s: the operations are those that are written down", async (name) => {
  const golden = await readGolden();
  expect(differences(name, golden[name], countsOf(await measureEnding(name)))).toEqual([]);
});

test("a confirmed order: one request, eleven invocations, six events, ten deliveries, two mails, two transactions", async () => {
  const confirmed = await measureEnding("confirmed");
  expect(confirmed).toMatchObject({
    httpRequests: 1,
    invocations: 11,
    events: 6,
    deliveries: 10,
    mails: 2,
    transactions: 2,
    queries: 0,
  });
});

test("every ending that is written down is still played", async () => {
  expect(Object.keys(await readGolden())).toEqual(names);
});

test("one operation more is told by its name, and so is one less", () => {
  const was = countsOf(none());
  expect(differences("confirmed", was, { ...was, writes: 1 })).toEqual([
    "confirmed: writes rose, from 0 to 1",
  ]);
  expect(differences("confirmed", { ...was, reads: 2 }, was)).toEqual([
    "confirmed: reads fell: write it down with pnpm cost --update, from 2 to 0",
  ]);
});
