// `pnpm start --endpoint` against moto, an emulator of others: every night, else skipped with a reason.
// `pip install 'moto[server]==5.2.1'` brings it.
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { DeleteTableCommand } from "@aws-sdk/client-dynamodb";
import { DeleteRuleCommand, RemoveTargetsCommand } from "@aws-sdk/client-eventbridge";
import {
  DeleteQueueCommand,
  GetQueueUrlCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
} from "@aws-sdk/client-sqs";
import { services } from "@order-saga/services";
import { afterAll, beforeAll, expect, onTestFinished, type TestContext, test, vi } from "vitest";
import { awsClients } from "../src/aws.ts";
import { type AwsClients, provision } from "../src/provision.ts";
import { BUS_NAME } from "../src/source-folders.ts";
import { cancel, ends, named, place, settingsOf, startAt } from "./remote-endpoint.ts";

const ABSENT = process.env.NIGHTLY
  ? "python3 has no moto[server]"
  : "it takes a core for a minute (NIGHTLY=1 asks for it)";
let moto: ChildProcess | undefined;
let url = "";
let clients: AwsClients;

beforeAll(async () => {
  if (!process.env.NIGHTLY || spawnSync("python3", ["-c", "import moto.server"]).status !== 0)
    return void console.warn(`Skipped on moto: everything, because ${ABSENT}.`);
  moto = spawn("python3", ["-m", "moto.server", "--port", "0"], { stdio: ["ignore", "ignore", "pipe"] });
  let output = "";
  moto.stderr?.setEncoding("utf8").on("data", (text) => {
    if (url === "") output += text;
  });
  url = await vi.waitFor(
    () => /Running on (http:\S+)/.exec(output)?.[1] ?? Promise.reject(new Error(`moto: ${output}`)),
    { timeout: 45_000, interval: 100 },
  );
  clients = awsClients(url);
});
afterAll(() => void moto?.kill());

function onMoto(name: string, body: () => Promise<void>): void {
  // It answers one request after the other, each in tens of milliseconds.
  test(name, { timeout: 180_000 }, async ({ skip }: TestContext) => {
    if (!moto) skip(ABSENT);
    await body();
  });
}

const urlOf = async (QueueName: string) =>
  (await clients.sqs.send(new GetQueueUrlCommand({ QueueName }))).QueueUrl;

onMoto("orders are confirmed, rejected and cancelled", async () => {
  const { runtime } = await startAt(url);
  const [good, declined, cancelled] = [
    await place(runtime),
    await place(runtime, "pm_card_chargeDeclined"),
    await place(runtime),
  ];
  await cancel(runtime, cancelled);
  await ends(runtime, good, "CONFIRMED");
  await ends(runtime, declined, "REJECTED");
  await ends(runtime, cancelled, "CANCELLED");
});

// moto goes on with a long poll whose client has left, and the message it takes is hidden from the next
// client until
// its visibility timeout; so each start has queues of its own.
onMoto("provisioning again changes nothing, and --no-provision finds all of it", async () => {
  const prefix = "again-";
  await provision(services, clients, (name) => `${prefix}${name}`);
  const before = await settingsOf(clients, prefix);
  await provision(services, clients, (name) => `${prefix}${name}`);
  expect(await settingsOf(clients, prefix)).toEqual(before);
  const { runtime } = await startAt(url, { prefix, provision: false });
  await ends(runtime, await place(runtime), "CONFIRMED");
});

onMoto("an account of AWS is named, and the functions find it as the clients do", async () => {
  const account = { AWS_ACCESS_KEY_ID: "local", AWS_SECRET_ACCESS_KEY: "local", AWS_ENDPOINT_URL: url };
  onTestFinished(() => void vi.unstubAllEnvs());
  for (const [name, value] of Object.entries({ ...account, AWS_REGION: "eu-west-1" }))
    vi.stubEnv(name, value);
  const { notices, runtime } = await startAt("aws", { prefix: "aws-", environment: process.env });
  expect(notices).toEqual([
    "AWS account 123456789012, eu-west-1: all that begins with aws- is given what is missing.",
  ]);
  await ends(runtime, await place(runtime), "CONFIRMED");
});

onMoto("an unreadable message is parked", async () => {
  await startAt(url, { prefix: "poison-" });
  const QueueUrl = await urlOf("poison-inventory-reserve-stock");
  await clients.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: "no event" }));
  const parked = await urlOf("poison-inventory-reserve-stock-dlq");
  const bodies = await vi.waitFor(
    async () => {
      const { Messages = [] } = await clients.sqs.send(new ReceiveMessageCommand({ QueueUrl: parked }));
      return Messages.length > 0
        ? Messages.map(({ Body }) => Body)
        : Promise.reject(new Error("nothing yet"));
    },
    { timeout: 20_000, interval: 200 },
  );
  expect(bodies).toEqual(["no event"]);
});

const EventBusName = named(BUS_NAME);
const Rule = named("payment-capture-payment");

const missing: [what: string, remove: () => Promise<unknown>, said: string][] = [
  [
    "queue",
    async () =>
      clients.sqs.send(new DeleteQueueCommand({ QueueUrl: await urlOf(named("orders-track-order")) })),
    "the queue ada-orders-track-order (GetQueueUrl: QueueDoesNotExist)",
  ],
  [
    "table",
    () => clients.dynamodb.send(new DeleteTableCommand({ TableName: named("payment") })),
    "the table ada-payment (DescribeTable: ResourceNotFoundException)",
  ],
  [
    "rule's target",
    () => clients.eventBridge.send(new RemoveTargetsCommand({ Rule, EventBusName, Ids: ["queue"] })),
    `The rule ${Rule} does not target the queue ${Rule}`,
  ],
  [
    "rule",
    async () => {
      await clients.eventBridge.send(new RemoveTargetsCommand({ Rule, EventBusName, Ids: ["queue"] }));
      await clients.eventBridge.send(new DeleteRuleCommand({ Name: Rule, EventBusName }));
    },
    `the rule ${Rule} (ListTargetsByRule: ResourceNotFoundException)`,
  ],
];
for (const [what, remove, said] of missing) {
  onMoto(`a missing ${what} is named`, async () => {
    await provision(services, clients, named);
    await remove();
    await expect(startAt(url, { provision: false })).rejects.toThrow(said);
  });
}
