// `pnpm dlq --stage` against a deployed stage, by the SDK.
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
import { afterAll, beforeAll, expect, test } from "vitest";
import { readRecords, readStock } from "../src/records.ts";
import type { DeadLetter, DeadLetterGroup, DryRun, RedriveResult } from "../src/types.ts";
import { confirmedOrder, dlq, json } from "./dlq-command.ts";

let saga: LaptopSaga;
let message: string;
let orderId: string;
beforeAll(async () => {
  saga = await startLaptopSaga();
  ({ message, orderId } = await confirmedOrder(saga));
});
afterAll(() => saga.stop());

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
  const items = [(await readRecords(from, orderId)).inventory, ...(await readStock(from, ["TEA-EARL-GREY"]))];
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
        Object.entries(attributes).map(([name, StringValue]) => [name, { DataType: "String", StringValue }]),
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

test("a discard deletes a group or a message for good, with its reason, and never a whole queue", async () => {
  await send(`${COMMIT}-dlq`, "not JSON", { errorName: "NotJsonError", attempts: "1" });
  const [letter] = json<DeadLetter[]>(await inStage("show", `${COMMIT}-dlq/NotJsonError`, "--json"));
  const why = ["--reason", "a test of ours", "--yes"];
  const whole = await inStage("discard", `${COMMIT}-dlq`, ...why);
  expect([whole.code, whole.stderr]).toEqual([1, expect.stringContaining("a whole queue is not discarded")]);
  expect(bodies(`${COMMIT}-dlq`)).toHaveLength(2);
  const one = await inStage("discard", letter?.messageId ?? "", ...why);
  expect([one.code, one.stdout]).toEqual([
    0,
    expect.stringContaining("1 deleted for good, 1 left. Reason: a test of ours"),
  ]);
  expect(bodies(`${COMMIT}-dlq`)).toEqual(["ada@example.com"]);
  const asked = await inStage("discard", `${COMMIT}-dlq/MalformedMessage`, "--reason", "a test of ours");
  expect(asked.stderr).toContain("Delete for good 1 message");
  expect(bodies(`${COMMIT}-dlq`)).toEqual(["ada@example.com"]);
});

test("a redrive of all that keeps going is SQS's own", async () => {
  const all = await inStage("redrive", `${COMMIT}-dlq`, "--yes", "--keep-going", "--rate", "500", "--json");
  expect(json<RedriveResult[]>(all)).toMatchObject([{ redriven: 1, left: 0 }]);
  expect(bodies(COMMIT)).toHaveLength(3);
});
