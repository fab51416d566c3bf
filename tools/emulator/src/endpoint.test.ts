// The endpoint as a whole: its port, its routing, and its state after the process was killed.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import {
  ListTablesCommand,
  PutItemCommand,
  ScanCommand,
  TransactWriteItemsCommand,
} from "@aws-sdk/client-dynamodb";
import {
  CreateEventBusCommand,
  PutEventsCommand,
  PutRuleCommand,
  PutTargetsCommand,
} from "@aws-sdk/client-eventbridge";
import { SendRawEmailCommand } from "@aws-sdk/client-ses";
import { CreateQueueCommand, ReceiveMessageCommand, SendMessageBatchCommand } from "@aws-sdk/client-sqs";
import Stripe from "stripe";
import { expect, onTestFinished, test } from "vitest";
import { startAwsEndpoint } from "./endpoint.ts";
import { clientsOf, createStock, directoryForTest, openToRules, startForTest } from "./testing.ts";

test("a port in use is told by its code, and the state is not touched", async () => {
  const { port } = await startForTest();
  await expect(startAwsEndpoint({ port, directory: undefined })).rejects.toMatchObject({
    code: "EADDRINUSE",
  });
});

test("only the loopback interface listens", async () => {
  const { url } = await startForTest();
  // A server on every interface would answer on this address of the loopback network too.
  const elsewhere = url.replace("127.0.0.1", "127.0.0.2");
  await expect(fetch(elsewhere, { signal: AbortSignal.timeout(2000) })).rejects.toThrow();
  expect((await fetch(url)).status).toBe(404);
});

test.each([
  ["no AWS request", { method: "GET" }, 404, "UnknownOperationException"],
  [
    "another service",
    { method: "POST", headers: { "x-amz-target": "Kinesis_20131202.PutRecord" }, body: "{}" },
    400,
    "UnknownOperationException",
  ],
  [
    "an unknown EventBridge operation",
    { method: "POST", headers: { "x-amz-target": "AWSEvents.Nothing" }, body: "{}" },
    400,
    "UnknownOperationException",
  ],
  [
    "a name from the object prototype",
    { method: "POST", headers: { "x-amz-target": "DynamoDB_20120810.constructor" }, body: "{}" },
    400,
    "UnknownOperationException",
  ],
  [
    "a body that is not JSON",
    { method: "POST", headers: { "x-amz-target": "DynamoDB_20120810.PutItem" }, body: "{" },
    400,
    "SerializationException",
  ],
])("%s is refused by name", async (_, init, status, type) => {
  const { url } = await startForTest();
  const answer = await fetch(url, init);
  expect(answer.status).toBe(status);
  expect(await answer.json()).toMatchObject({ __type: expect.stringContaining(type) });
});

test("a request that is too large is refused and the endpoint goes on", async () => {
  const endpoint = await startForTest();
  const headers = { "x-amz-target": "DynamoDB_20120810.PutItem" };
  const answer = await fetch(endpoint.url, { method: "POST", headers, body: "x".repeat(17 * 1024 * 1024) });
  expect(answer.status).toBe(413);
  expect((await clientsOf(endpoint).dynamodb.send(new ListTablesCommand({}))).TableNames).toEqual([]);
});

test("an event on the bus arrives in the queue", async () => {
  const endpoint = await startForTest();
  const { eventBridge, sqs } = clientsOf(endpoint);
  await eventBridge.send(new CreateEventBusCommand({ Name: "shop" }));
  const { QueueUrl } = await sqs.send(
    new CreateQueueCommand({ QueueName: "orders", Attributes: openToRules }),
  );
  const rule = { EventBusName: "shop", Name: "placed" };
  await eventBridge.send(new PutRuleCommand({ ...rule, EventPattern: '{"detail-type":["OrderPlaced"]}' }));
  const Targets = [{ Id: "queue", Arn: "arn:aws:sqs:eu-west-1:000000000000:orders" }];
  await eventBridge.send(new PutTargetsCommand({ EventBusName: "shop", Rule: "placed", Targets }));
  const heard: unknown[] = [];
  endpoint.onEvent((event) => heard.push(event["detail-type"]));
  const Entries = ["OrderPlaced", "Other"].map((DetailType) => ({
    EventBusName: "shop",
    Source: "shop.orders",
    DetailType,
    Detail: '{"orderId":"ord_1"}',
  }));
  expect((await eventBridge.send(new PutEventsCommand({ Entries }))).FailedEntryCount).toBe(0);
  const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }));
  expect(Messages.map(({ Body = "" }) => JSON.parse(Body))).toMatchObject([
    { "detail-type": "OrderPlaced", detail: { orderId: "ord_1" } },
  ]);
  expect(heard.toSorted()).toEqual(["OrderPlaced", "Other"]);
});

test("the payment provider answers the real Stripe client on the same port", async () => {
  const { port } = await startForTest();
  const stripe = new Stripe("sk_test_local", { host: "127.0.0.1", port, protocol: "http" });
  const intent = await stripe.paymentIntents.create({
    amount: 1980,
    currency: "eur",
    payment_method: "pm_card_visa",
    automatic_payment_methods: { enabled: true, allow_redirects: "never" },
    capture_method: "manual",
    confirm: true,
    off_session: true,
  });
  expect(intent.status).toBe("requires_capture");
});

/** An endpoint in a process of its own, which can be killed. */
async function spawnEndpoint(directory: string): Promise<{ url: string; kill(): Promise<void> }> {
  const source = `
    import { startAwsEndpoint } from ${JSON.stringify(new URL("./endpoint.ts", import.meta.url).href)};
    console.log((await startAwsEndpoint({ port: 0, directory: process.argv[1], ses: { verified: ["example.com"] } })).url);`;
  const child: ChildProcess = spawn(process.execPath, ["--input-type=module", "-e", source, directory], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  if (!child.stdout) throw new Error("The endpoint has no output.");
  const [url] = await once(createInterface(child.stdout), "line");
  return {
    url,
    async kill() {
      child.kill("SIGKILL");
      await once(child, "exit");
    },
  };
}

test("after kill -9 everything that was answered is there", async () => {
  const directory = directoryForTest();
  const endpoint = await spawnEndpoint(directory);
  const { dynamodb, sqs, ses } = clientsOf(endpoint);
  await createStock(dynamodb);
  const { QueueUrl } = await sqs.send(
    new CreateQueueCommand({ QueueName: "orders", Attributes: openToRules }),
  );
  const answered = { items: new Set<string>(), messages: new Set<string>(), mails: 0 };
  const work = async (number: number): Promise<void> => {
    const id = String(number);
    await dynamodb.send(new PutItemCommand({ TableName: "stock", Item: { id: { S: id } } }));
    answered.items.add(id);
    const Entries = ["x", "y"].map((Id) => ({ Id, MessageBody: `${id}-${Id}` }));
    await sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
    for (const { MessageBody } of Entries) answered.messages.add(MessageBody);
    const Data = Buffer.from("From: a@example.com\r\n\r\nhello");
    await ses.send(new SendRawEmailCommand({ RawMessage: { Data } }));
    answered.mails++;
    if (number === 60) await endpoint.kill();
    await work(number + 8);
  };
  const workers = await Promise.allSettled([1, 2, 3, 4, 5, 6, 7, 8].map(work));
  expect(workers.every(({ status }) => status === "rejected")).toBe(true);
  expect(answered.items.size).toBeGreaterThan(40);

  const again = await startForTest({ directory });
  const { Items = [] } = await clientsOf(again).dynamodb.send(new ScanCommand({ TableName: "stock" }));
  const stored = new Set(Items.map((item) => item.id?.S));
  for (const id of answered.items) expect(stored.has(id), `item ${id}`).toBe(true);
  const bodies = new Set(again.queues.messages("orders").map((message) => message.body));
  for (const body of answered.messages) expect(bodies.has(body), `message ${body}`).toBe(true);
  expect(again.mails().length).toBeGreaterThanOrEqual(answered.mails);
}, 30_000);

test("after kill -9 in the middle of transactions none of them is half there", async () => {
  const directory = directoryForTest();
  const SIZE = 100;
  for (let round = 0; round < 3; round++) {
    const endpoint = await spawnEndpoint(directory);
    const { dynamodb } = clientsOf(endpoint);
    if (round === 0) await createStock(dynamodb);
    const transact = (number: number) => {
      const TransactItems = Array.from({ length: SIZE }, (_, index) => ({
        Put: { TableName: "stock", Item: { id: { S: `${round}.${number}-${index}` }, state: { S: "open" } } },
      }));
      return dynamodb.send(new TransactWriteItemsCommand({ TransactItems }));
    };
    // When the first is answered the others are being worked on: that is the moment to kill.
    const transactions = Array.from({ length: 12 }, (_, number) => transact(number));
    await Promise.race(transactions);
    const settled = Promise.allSettled(transactions);
    await endpoint.kill();
    expect((await settled).some(({ status }) => status === "rejected")).toBe(true);
  }

  const { dynamodb } = clientsOf(await startForTest({ directory }));
  const { Items = [] } = await dynamodb.send(new ScanCommand({ TableName: "stock" }));
  const transactions = Map.groupBy(Items, (item) => item.id?.S?.split("-")[0]);
  expect(transactions.size).toBeGreaterThanOrEqual(3);
  for (const [name, items] of transactions) expect(items, `transaction ${name}`).toHaveLength(SIZE);
}, 30_000);
