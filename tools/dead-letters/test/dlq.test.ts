// `pnpm dlq` as it is typed: against a running laptop by its API, and against a deployed stage by the SDK.
import { execFile } from "node:child_process";
import { CreateTableCommand, waitUntilTableExists } from "@aws-sdk/client-dynamodb";
import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  SendMessageCommand,
  SetQueueAttributesCommand,
} from "@aws-sdk/client-sqs";
import { DynamoDBDocumentClient, PutCommand } from "@aws-sdk/lib-dynamodb";
import { type LaptopSaga, startLaptopSaga } from "@order-saga/cli/testing/laptop";
import { type AwsEndpoint, startAwsEndpoint } from "@order-saga/emulator";
import { awsClients } from "@order-saga/local/aws";
import { createTableInput } from "@order-saga/messaging/table";
import { services } from "@order-saga/services";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readRecords, readStock } from "../src/records.ts";
import type { DeadLetter, DeadLetterGroup, DryRun, RedriveResult } from "../src/types.ts";

type Ended = { code: number; stdout: string; stderr: string };

function dlq(args: string[], env: Record<string, string> = {}): Promise<Ended> {
  const cli = new URL("../src/cli.ts", import.meta.url).pathname;
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      [cli, ...args],
      { env: { ...process.env, ...env } },
      (error, stdout, stderr) => resolve({ code: error ? Number(error.code ?? 1) : 0, stdout, stderr }),
    );
    child.stdin?.end();
  });
}

const json = <T>({ stdout }: Ended) => JSON.parse(stdout) as T;

let saga: LaptopSaga;
let port: string;
/** A message of a confirmed order, as the bus puts it on a queue. */
let message: string;
let orderId: string;
beforeAll(async () => {
  saga = await startLaptopSaga();
  port = new URL(saga.runtime.url).port;
  orderId = await saga.place();
  await saga.settled(orderId);
  await saga.idle();
  const captured = saga.eventsOf(orderId).find(({ type }) => type === "PaymentCaptured");
  message = JSON.stringify({ source: "shop.payment", "detail-type": "PaymentCaptured", detail: captured });
});
afterAll(() => saga.stop());

test("an unknown command exits with 2, a laptop that does not run with 1", async () => {
  const usage = await dlq(["purge"]);
  expect([usage.code, usage.stderr]).toEqual([2, expect.stringContaining('no command "purge"')]);
  const absent = await dlq(["list", "--port", "1"]);
  expect([absent.code, absent.stderr]).toEqual([1, expect.stringContaining("No order saga answers")]);
});

describe("the laptop", () => {
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
    expect(shown.stdout).toContain(`order     ${orderId}`);
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

  test("what fails again ends with 1", async () => {
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
  });
});

describe("a deployed stage", () => {
  const PREFIX = "order-saga-test-";
  const COMMIT = "inventory-commit-stock";
  let aws: AwsEndpoint;
  let env: Record<string, string>;
  const urls = new Map<string, string>();
  const inStage = (...args: string[]) => dlq([...args, "--stage", "test"], env);

  beforeAll(async () => {
    aws = await startAwsEndpoint({ port: 0, directory: undefined });
    env = {
      AWS_ENDPOINT_URL: aws.url,
      AWS_REGION: "eu-west-1",
      AWS_ACCESS_KEY_ID: "stage",
      AWS_SECRET_ACCESS_KEY: "stage",
    };
    const { dynamodb, sqs } = awsClients(aws.url);
    for (const name of [`${COMMIT}-dlq`, `${COMMIT}-undelivered`, COMMIT]) {
      const { QueueUrl = "" } = await sqs.send(new CreateQueueCommand({ QueueName: PREFIX + name }));
      urls.set(name, QueueUrl);
    }
    const { Attributes } = await sqs.send(
      new GetQueueAttributesCommand({ QueueUrl: urls.get(`${COMMIT}-dlq`), AttributeNames: ["QueueArn"] }),
    );
    const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: Attributes?.QueueArn, maxReceiveCount: 5 });
    await sqs.send(
      new SetQueueAttributesCommand({ QueueUrl: urls.get(COMMIT), Attributes: { RedrivePolicy } }),
    );
    const inventory = services.find(({ name }) => name === "inventory");
    if (!inventory) return expect.unreachable();
    const TableName = `${PREFIX}InventoryTable-abcdef`;
    await dynamodb.send(new CreateTableCommand(createTableInput(TableName, inventory.table)));
    await waitUntilTableExists(
      { client: dynamodb, maxWaitTime: 30, minDelay: 0.05, maxDelay: 1 },
      { TableName },
    );
    const from = saga.runtime.clients.dynamodb;
    const items = [
      (await readRecords(from, orderId)).inventory,
      ...(await readStock(from, ["TEA-EARL-GREY"])),
    ];
    const client = DynamoDBDocumentClient.from(dynamodb);
    for (const Item of items) await client.send(new PutCommand({ TableName, Item: Item ?? {} }));
  });
  afterAll(() => aws.stop());

  const send = (queue: string, body: string, attributes: Record<string, string> = {}) =>
    awsClients(aws.url).sqs.send(
      new SendMessageCommand({
        QueueUrl: urls.get(queue),
        MessageBody: body,
        MessageAttributes: Object.fromEntries(
          Object.entries(attributes).map(([name, StringValue]) => [
            name,
            { DataType: "String", StringValue },
          ]),
        ),
      }),
    );
  const bodies = (queue: string) => aws.queues.messages(PREFIX + queue).map(({ body }) => body);

  test("a stage that is not there, and credentials that are not, are said in one sentence", async () => {
    const absent = await dlq(["list", "--stage", "nowhere"], env);
    expect([absent.code, absent.stderr]).toEqual([1, expect.stringContaining("order-saga-nowhere-")]);
    const nothing = { AWS_CONFIG_FILE: "/nowhere", AWS_SHARED_CREDENTIALS_FILE: "/nowhere", AWS_REGION: "" };
    const homeless = await dlq(["list", "--stage", "test"], { ...env, ...nothing });
    expect([homeless.code, homeless.stderr]).toEqual([1, expect.stringMatching(/^Say in which region.*\n$/)]);
    const stranger = {
      ...nothing,
      AWS_REGION: "eu-west-1",
      AWS_ACCESS_KEY_ID: "",
      AWS_SECRET_ACCESS_KEY: "",
    };
    const unknown = await dlq(["list", "--stage", "test"], {
      ...env,
      ...stranger,
      AWS_EC2_METADATA_DISABLED: "true",
    });
    expect([unknown.code, unknown.stderr]).toEqual([
      1,
      expect.stringMatching(/^Could not load credentials.*\n$/),
    ]);
  });

  test("list and show find the queues by their names and leave the messages where they are", async () => {
    await send(`${COMMIT}-dlq`, message);
    await send(`${COMMIT}-dlq`, "ada@example.com", { errorName: "MalformedMessage", attempts: "1" });
    await send(`${COMMIT}-undelivered`, message, { ERROR_CODE: "NO_PERMISSIONS", RETRY_ATTEMPTS: "185" });
    const groups = json<DeadLetterGroup[]>(await inStage("list", "--json"));
    expect(groups.map(({ count, key }) => [key, count]).sort()).toEqual([
      [`${COMMIT}-dlq/MalformedMessage`, 1],
      [`${COMMIT}-dlq/exhausted`, 1],
      [`${COMMIT}-undelivered/NO_PERMISSIONS`, 1],
    ]);
    const letters = json<DeadLetter[]>(await inStage("show", "commit-stock", "--json"));
    expect(letters).toHaveLength(3);
    expect(JSON.stringify(letters)).not.toContain("ada@example.com");
    expect(aws.queues.count(`${PREFIX}${COMMIT}-dlq`)).toEqual({ ready: 2, delayed: 0, inFlight: 0 });
  });

  test("a dry run copies the order's records from the stage's tables, by the code on this disk", async () => {
    const runs = json<DryRun[]>(await inStage("dry-run", `${COMMIT}-dlq/exhausted`, "--json"));
    expect(runs).toMatchObject([{ verdict: "no effect" }]);
    expect(bodies(COMMIT)).toEqual([]);
  });

  test("a redrive sends a clean copy to the reaction's queue, from both kinds of queue", async () => {
    const group = await inStage("redrive", `${COMMIT}-dlq/exhausted`, "--yes", "--json");
    expect(json<RedriveResult[]>(group)).toMatchObject([{ redriven: 1, failedAgain: 0, left: 1 }]);
    const undelivered = await inStage("redrive", `${COMMIT}-undelivered`, "--yes", "--json");
    expect(json<RedriveResult[]>(undelivered)).toMatchObject([{ redriven: 1, left: 0 }]);
    expect(bodies(COMMIT)).toEqual([message, message]);
    expect(aws.queues.messages(PREFIX + COMMIT).map(({ attributes }) => attributes)).toEqual([{}, {}]);
    expect(bodies(`${COMMIT}-dlq`)).toEqual(["ada@example.com"]);
  });

  test("a redrive of all that keeps going is SQS's own", async () => {
    const all = await inStage("redrive", `${COMMIT}-dlq`, "--yes", "--keep-going", "--rate", "500", "--json");
    expect(json<RedriveResult[]>(all)).toMatchObject([{ redriven: 1, left: 0 }]);
    expect(bodies(COMMIT)).toHaveLength(3);
  });
});
