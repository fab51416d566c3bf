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

test("a confirmed order: one request and two webhooks, two mails, an invocation and three SQS requests for each delivery", async () => {
  const { deliveries, ...confirmed } = await measureEnding("confirmed");
  // Both webhooks are of what our own calls did: they are answered, and no queue gets them.
  expect(confirmed).toMatchObject({
    httpRequests: 1 + 2,
    mails: 2,
    queries: 0,
    invocations: 1 + 2 + deliveries,
    sqsRequests: 3 * deliveries,
    // The order, its reservation and its outcome at the provider's, the stock's and the mail's queues.
    fairSqsRequests: 3 * 5,
  });
});

test("for a confirmed order whose bank does not ask nothing more is said, delivered or written than the protocol names", async () => {
  const { deliveries, events, providerCalls, transactions, writes } = await measureEnding("confirmed");
  expect({ deliveries, events, providerCalls, transactions }).toEqual({
    deliveries: 10,
    events: 6,
    providerCalls: 2,
    transactions: 2,
  });
  // A race between two reactions costs some orders one more; each customer is new, and gets a key.
  expect(writes).toBeLessThanOrEqual(13.3 + 1);
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
