// `pnpm dlq` against a running laptop, by its API.
import { SendMessageCommand } from "@aws-sdk/client-sqs";
import { type LaptopSaga, startLaptopSaga } from "@order-saga/cli/testing/laptop";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { DeadLetterGroup, RedriveResult } from "../src/types.ts";
import { confirmedOrder, dlq, json } from "./dlq-command.ts";

let saga: LaptopSaga;
let port: string;
let message: string;
let orderId: string;
beforeAll(async () => {
  saga = await startLaptopSaga();
  port = new URL(saga.runtime.url).port;
  ({ message, orderId } = await confirmedOrder(saga));
});
afterAll(() => saga.stop());

test("an unknown command exits with 2, a laptop that does not run with 1", async () => {
  const usage = await dlq(["purge"]);
  expect([usage.code, usage.stderr]).toEqual([2, expect.stringContaining('no command "purge"')]);
  const absent = await dlq(["list", "--port", "1"]);
  expect([absent.code, absent.stderr]).toEqual([1, expect.stringContaining("No order saga answers")]);
});

const QUEUE = "inventory-commit-stock-dlq";

test("nothing there is said so", async () => {
  expect(await dlq(["list", "--port", port])).toMatchObject({ code: 0, stdout: "No dead letters.\n" });
  expect(await dlq(["show", "all", "--port", port])).toMatchObject({ code: 1 });
});

test("list, show, dry-run and redrive of one queue", async () => {
  const { clients, queueUrls } = saga.runtime;
  await clients.sqs.send(new SendMessageCommand({ QueueUrl: queueUrls.get(QUEUE), MessageBody: message }));
  const groups = json<DeadLetterGroup[]>(await dlq(["list", "--json", "--port", port]));
  expect(groups).toMatchObject([{ key: `${QUEUE}/exhausted`, count: 1, orderIds: [orderId] }]);
  const listed = await dlq(["list", "--port", port]);
  expect(listed.stdout).toContain("→ End what made it fail, then redrive.");
  const shown = await dlq(["show", "commit-stock", "--port", port]);
  expect(shown.stdout).toContain(`about     ${orderId}`);
  const tried = await dlq(["dry-run", `${QUEUE}/exhausted`, "--port", port]);
  expect([tried.code, tried.stdout]).toEqual([0, expect.stringContaining("no effect")]);

  const unasked = await dlq(["redrive", QUEUE, "--port", port]);
  expect([unasked.code, unasked.stderr]).toEqual([
    2,
    expect.stringContaining(`Redrive 1 message of ${QUEUE} on the laptop? There is no terminal to ask on`),
  ]);
  const done = await dlq(["redrive", QUEUE, "--yes", "--port", port]);
  expect(done).toMatchObject({ code: 0, stdout: `${QUEUE}: 1 redriven, 1 settled, 0 left.\n` });
  await saga.idle();
});

test("what fails again ends with 1, and can be discarded", async () => {
  const { clients, queueUrls } = saga.runtime;
  await clients.sqs.send(
    new SendMessageCommand({ QueueUrl: queueUrls.get(QUEUE), MessageBody: "ada@example.com" }),
  );
  const tried = await dlq(["dry-run", QUEUE, "--port", port]);
  expect([tried.code, tried.stdout]).toEqual([1, expect.stringContaining("✗ fails again")]);
  const done = await dlq(["redrive", QUEUE, "--yes", "--json", "--port", port]);
  expect(done.code).toBe(1);
  expect(json<RedriveResult[]>(done)).toMatchObject([{ redriven: 1, failedAgain: 1, left: 1 }]);
  const shown = await dlq(["show", QUEUE, "--port", port]);
  expect(shown.stdout).not.toContain("ada@example.com");
  const group = `${QUEUE}/MalformedMessage`;
  const gone = await dlq(["discard", group, "--reason", "never an event", "--yes", "--port", port]);
  expect([gone.code, gone.stdout]).toEqual([
    0,
    `${QUEUE}: 1 deleted for good, 0 left. Reason: never an event\n`,
  ]);
});
