// By the whole SDK and HTTP every ending of an order is what it is by the short way, which no function
// leaves by itself.
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import type { IncomingMessage } from "node:http";
import { readBooks } from "@order-saga/invariants/books";
import { violationsAtRest } from "@order-saga/invariants/invariants";
import type { Runtime } from "@order-saga/local/runtime";
import { expect, onTestFinished, test } from "vitest";
import { createDemoClient, type DemoClient } from "../src/demo/client.ts";
import { poison, type Scenario, scenarios } from "../src/demo/scenarios.ts";
import { startLaptop } from "../src/laptop.ts";

/** Plays them one after the other, and says what was asked of the endpoint over HTTP meanwhile. */
async function played(some: readonly Scenario[], wire: boolean) {
  const runtime = await startLaptop(
    { port: 0, awsPort: 0, data: undefined, wire },
    { onLog: () => {}, onWarning: () => {} },
  );
  onTestFinished(() => runtime.stop());
  const asked = new Set<string>();
  const note = (message: unknown) => {
    const { headers, url } = (message as { request: IncomingMessage }).request;
    if (headers.host !== new URL(runtime.aws.url).host || url?.startsWith("/v1/")) return;
    asked.add(String(headers["x-amz-target"] ?? headers["content-type"]));
  };
  subscribe("http.server.request.start", note);
  onTestFinished(() => void unsubscribe("http.server.request.start", note));
  const client = await createDemoClient(runtime);
  for (const scenario of some) await play(scenario, client, runtime);
  return { asked, client, runtime };
}

async function play({ endsWith, play }: Scenario, client: DemoClient, runtime: Runtime): Promise<void> {
  const orderId = await play(client, runtime);
  if (orderId !== undefined) await client.until(orderId, endsWith);
}

const commands = [
  "AWSEvents.PutEvents",
  ...["BatchGetItem", "GetItem", "PutItem", "TransactWriteItems"].map((name) => `DynamoDB_20120810.${name}`),
  "application/x-www-form-urlencoded", // Mail.
];

test("every ending, over the wire", { timeout: 120_000 }, async () => {
  const { asked, client, runtime } = await played(scenarios, true);
  const { deadLetterQueue } = await poison(runtime);
  await client.untilIdle();
  expect(runtime.aws.queues.messages(deadLetterQueue)).toHaveLength(1);
  expect([...asked]).toEqual(expect.arrayContaining([...commands, "AmazonSQS.SendMessage"]));
  const books = await readBooks(runtime);
  expect(violationsAtRest(books, runtime.witness.seen())).toEqual([]);
});

test("without --wire nothing that an order needs is asked over the wire", { timeout: 60_000 }, async () => {
  const { asked, client } = await played(scenarios.slice(0, 1), false);
  await client.untilIdle();
  expect(commands.filter((command) => asked.has(command))).toEqual([]);
});
