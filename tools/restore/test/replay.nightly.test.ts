// `pnpm replay` and `pnpm restore` as they are typed, against a laptop and against a stage.
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { CreateArchiveCommand, DescribeEventBusCommand, PutEventsCommand } from "@aws-sdk/client-eventbridge";
import { type DomainEvent, sourceOfEvent } from "@order-saga/contracts";
import { readBooks } from "@order-saga/invariants/books";
import { awsClients } from "@order-saga/local/aws";
import { provision, provisionTable } from "@order-saga/local/provision";
import { BUS_NAME } from "@order-saga/local/source-folders";
import { calm, type Saga, startSaga } from "@order-saga/local/testing/saga";
import { anEvent } from "@order-saga/messaging/testing";
import { archiveResource } from "@order-saga/messaging/topology";
import { services } from "@order-saga/services";
import { afterAll, beforeAll, expect, test } from "vitest";
import { windowOf } from "../src/options.ts";
import { checkWindow, reactionsNamed } from "../src/replay.ts";

let saga: Saga;
let orderId: string;
beforeAll(async () => {
  saga = await startSaga(undefined, calm);
  orderId = await saga.place();
  await saga.settled(orderId);
  await saga.idle();
});
afterAll(() => saga.stop());

type Ended = { code: number; stdout: string; stderr: string };

function typed(
  command: "replay" | "restore",
  args: string[],
  env: Record<string, string> = {},
): Promise<Ended> {
  const cli = fileURLToPath(new URL(`../src/${command}-cli.ts`, import.meta.url));
  return new Promise((resolve) => {
    const options = { env: { ...process.env, ...env } };
    execFile(process.execPath, [cli, ...args], options, (error, stdout, stderr) =>
      resolve({ code: error ? Number(error.code ?? 1) : 0, stdout, stderr }),
    );
  });
}

const hourAgo = () => new Date(Date.now() - 3600_000).toISOString();
const onLaptop = () => ["--aws-port", new URL(saga.runtime.aws.url).port, "--from", hourAgo()];

test("a dry run counts the laptop's events by type, and delivers none of them", async () => {
  const said = saga.eventsOf(orderId).length;
  const { code, stdout } = await typed("replay", [...onLaptop(), "--dry-run"]);
  expect(code).toBe(0);
  for (const { type } of saga.eventsOf(orderId)) expect(stdout).toContain(`1  ${type}`);
  expect(stdout).toContain(`${said} events of 1 orders.`);
});

test("a replay to one reaction reaches that one alone, and changes nothing", async () => {
  const before = await readBooks(saga.runtime);
  const reached = new Set<string>();
  saga.runtime.observe({ batchChanged: ({ reaction }) => void reached.add(reaction) });
  const { code, stdout } = await typed("replay", [...onLaptop(), "--reaction", "notify-customer"]);
  expect([code, stdout]).toEqual([0, expect.stringContaining("COMPLETED")]);
  await saga.idle();
  expect([...reached]).toEqual(["notify-customer"]);
  expect(await readBooks(saga.runtime)).toEqual(before);
});

test("what cannot be meant is refused in one sentence", () => {
  const archive = { arn: "", busArn: "", retentionDays: 7, createdAt: 0, events: 0, bytes: 0 };
  expect(() => checkWindow({ from: 2, to: 1 }, archive, 3)).toThrow("nothing lies between");
  expect(() => checkWindow({ from: 0, to: 8 * 86_400_000 }, archive, 8 * 86_400_000)).toThrow("keeps 7 days");
  expect(() => reactionsNamed("charge-card")).toThrow(
    /There is no reaction charge-card; there are .*payment-/,
  );
  expect(reactionsNamed("capture-payment")).toEqual(["payment-capture-payment"]);
  expect(() => windowOf({})).toThrow("--from is missing");
  expect(() => windowOf({ from: "2026-13-45T00:00Z" })).toThrow("no moment of any calendar");
});

test("where nothing answers, the sentence says what to start", async () => {
  const { code, stderr } = await typed("replay", ["--aws-port", "1", "--from", hourAgo()]);
  expect([code, stderr]).toEqual([1, expect.stringContaining("Nothing answers for the laptop. Start it")]);
});

/** A stage at the same endpoint, with the names that the deployment gives. */
async function aStage(events: readonly DomainEvent[]): Promise<Record<string, string>> {
  const { url } = saga.runtime.aws;
  const clients = awsClients(url);
  const named = (name: string) => `order-saga-test-${name}`;
  await provision(services, clients, named);
  const { Arn } = await clients.eventBridge.send(new DescribeEventBusCommand({ Name: named(BUS_NAME) }));
  const { name, pattern } = archiveResource(services, true);
  const archive = { ArchiveName: named(name), EventSourceArn: Arn, EventPattern: JSON.stringify(pattern) };
  await clients.eventBridge.send(new CreateArchiveCommand({ ...archive, RetentionDays: 90 }));
  const Entries = events.map((event) => ({
    EventBusName: Arn,
    Source: sourceOfEvent(event.type),
    DetailType: event.type,
    Time: new Date(event.occurredAt),
    Detail: JSON.stringify(event),
  }));
  await clients.eventBridge.send(new PutEventsCommand({ Entries }));
  return {
    AWS_ENDPOINT_URL: url,
    AWS_REGION: "eu-west-1",
    AWS_ACCESS_KEY_ID: "stage",
    AWS_SECRET_ACCESS_KEY: "stage",
    STRIPE_API_KEY: saga.runtime.values.STRIPE_API_KEY ?? "",
    STRIPE_API_URL: url,
  };
}

test("a stage's archive and rules are shown, and its empty tables are rebuilt", async () => {
  const lost = "ord_4f3c2a1b0d9e8f7a6b5c4d3e2f1a0b9c";
  const about = { orderId: lost, now: Date.now() };
  const data = { decideBy: new Date(about.now + 900_000).toISOString() };
  const ends = (["StockRejected", "PaymentVoided", "OrderRejected"] as const).map((type) =>
    anEvent(type, about),
  );
  const events = [anEvent("OrderPlaced", { ...about, data }), ...ends];
  const env = await aStage(events);
  const inStage = ["--stage", "test", "--from", hourAgo()];
  const shown = await typed("replay", [...inStage, "--dry-run"], env);
  expect(shown.stdout).toContain(`holds ${events.length} events`);
  expect(shown.stdout).toContain("rule/order-saga-test-order-saga/order-saga-test-payment-capture-payment");
  const planned = await typed("restore", [...inStage, "--dry-run"], env);
  expect(planned.stdout).toContain("would be written: 1 of orders");
  const done = await typed("restore", inStage, env);
  expect([done.code, done.stdout]).toEqual([0, expect.stringContaining("were written: 1 of orders")]);
  expect(done.stdout).toContain(`? ${lost}: received, rejected`);
  const again = await typed("restore", inStage, env);
  expect(again.stdout).toContain("were written: none");
  const orders = services.find(({ name }) => name === "orders");
  if (!orders) return expect.unreachable();
  const TableName = "order-saga-test-orders-restored";
  const { dynamodb } = awsClients(saga.runtime.aws.url);
  await provisionTable({ name: TableName, table: orders.table }, dynamodb);
  const unsure = await typed("restore", inStage, env);
  expect([unsure.code, unsure.stderr]).toEqual([1, expect.stringContaining("orders has two tables")]);
  const meant = await typed("restore", inStage, { ...env, TABLE_ORDERS: TableName });
  expect(meant.stdout).toContain("were written: 1 of orders");
});
