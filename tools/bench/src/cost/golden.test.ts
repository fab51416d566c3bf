// The operations of every ending are the accepted ones.
import { expect, test } from "vitest";
import { type EndingName, endings } from "./endings.ts";
import { countsOf, differences, readGolden, remedy } from "./golden.ts";
import { measureEnding } from "./measure.ts";
import { none } from "./operations.ts";

const names = Object.keys(endings) as EndingName[];

test.for(names)("%s: it costs the accepted operations", async (name) => {
  const golden = await readGolden();
  expect(differences(name, golden[name], countsOf(await measureEnding(name)))).toEqual([]);
});

test("a confirmed order: one request, two mails, an invocation and three SQS requests for each delivery", async () => {
  const { deliveries, ...confirmed } = await measureEnding("confirmed");
  expect(confirmed).toMatchObject({
    httpRequests: 1,
    mails: 2,
    queries: 0,
    invocations: 1 + deliveries,
    sqsRequests: 3 * deliveries,
  });
});

test("every ending with accepted operations is still measured", async () => {
  expect(Object.keys(await readGolden())).toEqual(names);
});

test("a difference names the operation, and how to accept it", () => {
  const was = countsOf(none());
  expect(differences("confirmed", was, { ...was, writes: 1 })).toEqual([
    `confirmed: writes rose from 0 to 1. ${remedy}`,
  ]);
  expect(differences("confirmed", { ...was, reads: 2 }, was)).toEqual([
    `confirmed: reads fell from 2 to 0. ${remedy}`,
  ]);
});
