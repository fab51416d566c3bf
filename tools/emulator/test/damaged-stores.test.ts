// Whatever happens to a file of the state after its process was killed is noticed at the next start, by the
// name of a file, or does no harm: then all is there that was answered. `DAMAGES=all` tries all of them.
import {
  cpSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { PutItemCommand } from "@aws-sdk/client-dynamodb";
import { PutRuleCommand } from "@aws-sdk/client-eventbridge";
import { CreateBucketCommand, HeadObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { SendRawEmailCommand } from "@aws-sdk/client-ses";
import { CreateQueueCommand, SendMessageCommand } from "@aws-sdk/client-sqs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type AwsEndpoint, startAwsEndpoint } from "../src/endpoint.ts";
import { StateError } from "../src/state-error.ts";
import { clientsOf, createStock } from "../src/testing.ts";

const open = (directory: string) =>
  startAwsEndpoint({ port: 0, directory, stripeApiKey: "key", ses: { verified: ["example.com"] } });
const orders = { url: "http://127.0.0.1/000000000000/orders" };

/** Something in every store, which can be told from what was there before. */
async function work({ url }: AwsEndpoint, round: number, bytes: number): Promise<void> {
  const { dynamodb, eventBridge, s3, ses, sqs } = clientsOf({ url });
  const padding = "x".repeat(bytes);

  await dynamodb.send(
    new PutItemCommand({ TableName: "stock", Item: { id: { S: `${round}` }, padding: { S: padding } } }),
  );
  await sqs.send(new SendMessageCommand({ QueueUrl: orders.url, MessageBody: `${round} ${padding}` }));
  const mail = Buffer.from(`From: a@example.com\nTo: b@example.com\nSubject: ${round}\n\n${padding}`);
  await ses.send(new SendRawEmailCommand({ RawMessage: { Data: mail }, Destinations: ["b@example.com"] }));
  await eventBridge.send(new PutRuleCommand({ Name: `r${round}`, EventPattern: `{"source":["${round}"]}` }));
  await s3.send(new PutObjectCommand({ Bucket: "feeds", Key: `${round}`, Body: padding }));
  const answer = await fetch(`${url}/v1/payment_intents`, {
    method: "POST",
    headers: { authorization: "Bearer key", "content-type": "application/x-www-form-urlencoded" },
    body: `amount=${1000 + round}&currency=eur`,
  });
  expect(answer.status).toBe(200);
}

/** All that the stores hold. */
async function contentsOf(endpoint: AwsEndpoint): Promise<string> {
  const call = async (service: "dynamodb" | "eventbridge", operation: string, input: object) =>
    (await endpoint.call({ service, operation, input: { ...input } })).body;
  const { s3 } = clientsOf(endpoint);
  const objects = await Promise.all(
    [...Array(ROUNDS).keys()].map(
      async (round) => (await s3.send(new HeadObjectCommand({ Bucket: "feeds", Key: `${round}` }))).ETag,
    ),
  );
  return JSON.stringify([
    await call("dynamodb", "Scan", { TableName: "stock" }),
    await call("eventbridge", "ListRules", {}),
    endpoint.queues
      .messages("orders")
      .map(({ body }) => body)
      .sort(),
    endpoint.mails().map(({ raw, subject }) => [subject, raw]),
    endpoint.payments.intents(),
    objects,
  ]);
}

const ROUNDS = 12;

type Killed = { older: string; newer: string; contents: string };
let folder = "";
const killed = new Map<string, Killed>();

/** Files as they are while a process has them open are what `kill -9` leaves of them. */
async function leave(name: string, bytes: number): Promise<Killed> {
  const [running, older, newer] = ["running", "older", "newer"].map((each) => join(folder, name, each));
  if (!running || !older || !newer) throw new Error("Three folders have three names.");
  const endpoint = await open(running);
  const { dynamodb, s3, sqs } = clientsOf(endpoint);
  await createStock(dynamodb);
  await sqs.send(new CreateQueueCommand({ QueueName: "orders" }));
  await s3.send(new CreateBucketCommand({ Bucket: "feeds" }));
  for (let round = 0; round < ROUNDS; round++) {
    if (round === ROUNDS / 2) cpSync(running, older, { recursive: true });
    await work(endpoint, round, bytes);
  }
  cpSync(running, newer, { recursive: true });
  await endpoint.stop();
  const whole = join(folder, name, "whole");
  cpSync(newer, whole, { recursive: true });
  const again = await open(whole);
  const contents = await contentsOf(again);
  await again.stop();
  return { older, newer, contents };
}

/** With much, every log was copied into its file between the older copy and the end. */
const sizes = { little: 300, much: 200_000 };
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "damaged-"));
  for (const [name, bytes] of Object.entries(sizes)) killed.set(name, await leave(name, bytes));
}, 60_000);
afterAll(() => rmSync(folder, { recursive: true }));

const inTheMiddle = (file: string, change: (middle: Buffer) => void) => {
  const bytes = readFileSync(file);
  const [from, to] = [Math.floor(bytes.length * 0.4), Math.ceil(bytes.length * 0.6)];
  change(bytes.subarray(from, Math.min(to, from + 300)));
  writeFileSync(file, bytes);
};
const damages: Record<string, (file: string, older: string) => void> = {
  "cut short": (file) => truncateSync(file, Math.floor(statSync(file).size / 2)),
  "cut by one page of its end": (file) => truncateSync(file, Math.max(0, statSync(file).size - 4120)),
  "zeroed in the middle": (file) => inTheMiddle(file, (middle) => middle.fill(0)),
  "garbage in the middle": (file) => inTheMiddle(file, (middle) => middle.fill("Z")),
  deleted: (file) => rmSync(file),
  "exchanged with an older copy": (file, older) => cpSync(older, file),
};

const stores = [
  ...["dynamodb/tables.sqlite", "sqs/fauxqs.db", "ses.sqlite", "payments.sqlite"],
  ...["eventbridge.sqlite", "s3.sqlite"],
];
const files = [...stores.flatMap((store) => [store, `${store}-wal`, `${store}-seal`]), "aws.json"];
const all = Object.keys(sizes).flatMap((size) =>
  files.flatMap((file) => Object.keys(damages).map((damage) => ({ size, file, damage }))),
);

/** Each costs half a second; a prime number apart, each damage and each file has its turn. */
const SHARE = 11;
const first = Number(process.env.SEED ?? Date.now()) % SHARE;
const cases = process.env.DAMAGES === "all" ? all : all.filter((_, index) => index % SHARE === first);

test("the files of the state are those that are damaged below", () => {
  const names = readdirSync(killed.get("little")?.newer ?? "", { recursive: true, encoding: "utf8" });
  expect(names.filter((name) => !["dynamodb", "sqs"].includes(name)).sort()).toEqual(files.toSorted());
});

test.each(cases)("$size: $file, $damage: refused by name, or harmless", async ({ damage, file, size }) => {
  const { contents, newer, older } = killed.get(size) ?? expect.unreachable();
  const directory = mkdtempSync(join(folder, "case-"));
  cpSync(newer, directory, { recursive: true });
  damages[damage]?.(join(directory, file), join(older, file));
  const endpoint = await open(directory).catch((error: unknown) => error);
  if (endpoint instanceof Error) {
    expect(endpoint).toBeInstanceOf(StateError);
    const store = basename(file).replace(/-(wal|seal)$/, "");
    const named = file === "aws.json" ? /aws\.json|was opened/ : store;
    expect(endpoint.message).toMatch(named);
    expect(endpoint.message).not.toContain("\n");
    return;
  }
  const started = endpoint as AwsEndpoint;
  const found = await contentsOf(started);
  await started.stop();
  // Not toBe, which would show megabytes.
  expect(found === contents).toBe(true);
});
