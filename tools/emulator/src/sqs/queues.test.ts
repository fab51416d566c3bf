// SQS over the wire with the real client.
import {
  AddPermissionCommand,
  ChangeMessageVisibilityCommand,
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ListQueuesCommand,
  type Message,
  QueueDoesNotExist,
  ReceiveMessageCommand,
  type ReceiveMessageCommandInput,
  SendMessageBatchCommand,
  SendMessageCommand,
  type SQSClient,
} from "@aws-sdk/client-sqs";
import { expect, onTestFinished, test, vi } from "vitest";
import { clientsOf, directoryForTest, startForTest } from "../testing.ts";
import { createQueues } from "./queues.ts";

async function createQueue(sqs: SQSClient, name: string, attributes: Record<string, string> = {}) {
  const created = await sqs.send(new CreateQueueCommand({ QueueName: name, Attributes: attributes }));
  return created.QueueUrl ?? "";
}

const send = (sqs: SQSClient, QueueUrl: string, MessageBody: string) =>
  sqs.send(new SendMessageCommand({ QueueUrl, MessageBody }));

async function receive(
  sqs: SQSClient,
  QueueUrl: string,
  more: Partial<ReceiveMessageCommandInput> = {},
): Promise<Message[]> {
  const answer = await sqs.send(
    new ReceiveMessageCommand({
      QueueUrl,
      MaxNumberOfMessages: 10,
      MessageAttributeNames: ["All"],
      MessageSystemAttributeNames: ["All"],
      ...more,
    }),
  );
  return answer.Messages ?? [];
}

test("a message and its attributes reach the receiver, who deletes it", async () => {
  const endpoint = await startForTest();
  const { sqs } = clientsOf(endpoint);
  const QueueUrl = await createQueue(sqs, "orders");
  const MessageAttributes = {
    reason: { DataType: "String", StringValue: "déjà vu" },
    attempts: { DataType: "Number", StringValue: "3" },
  };
  await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: "hello", MessageAttributes }));

  const [message] = await receive(sqs, QueueUrl);
  expect(message).toMatchObject({ Body: "hello", MessageAttributes });
  expect(message?.Attributes?.ApproximateReceiveCount).toBe("1");
  expect(endpoint.queues.count("orders")).toEqual({ ready: 0, delayed: 0, inFlight: 1 });

  await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: message?.ReceiptHandle }));
  expect(endpoint.queues.count("orders")).toEqual({ ready: 0, delayed: 0, inFlight: 0 });
});

test("batches answer entry by entry", async () => {
  const endpoint = await startForTest();
  const { sqs } = clientsOf(endpoint);
  const QueueUrl = await createQueue(sqs, "orders");
  const Entries = ["a", "b", "c"].map((Id) => ({ Id, MessageBody: Id }));
  const sent = await sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
  expect(sent.Successful?.map((entry) => entry.Id)).toEqual(["a", "b", "c"]);

  const messages = await receive(sqs, QueueUrl);
  expect(messages.map((message) => message.Body)).toEqual(["a", "b", "c"]);
  const handles = messages.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }));
  const deleted = await sqs.send(new DeleteMessageBatchCommand({ QueueUrl, Entries: handles }));
  expect(deleted.Successful).toHaveLength(3);
  expect(deleted.Failed ?? []).toEqual([]);
  expect(endpoint.queues.count("orders").inFlight).toBe(0);
});

test("a waiting receive wakes when a message arrives, and another one waits on", async () => {
  const { sqs } = clientsOf(await startForTest());
  const QueueUrl = await createQueue(sqs, "orders");
  const waiting = [1, 2].map(() => receive(sqs, QueueUrl, { WaitTimeSeconds: 20 }));
  const first = await Promise.all([Promise.race(waiting), send(sqs, QueueUrl, "one")]);
  expect(first[0].map((message) => message.Body)).toEqual(["one"]);
  await send(sqs, QueueUrl, "two");
  const all = await Promise.all(waiting);
  expect(all.flat().map((message) => message.Body)).toEqual(expect.arrayContaining(["one", "two"]));
});

test("a client that hangs up while it waits takes no message with it", async () => {
  // Without HTTP, over which a test cannot tell when the server has noticed the hang-up.
  const queues = createQueues({ directory: undefined, region: "eu-west-1", now: () => 0 });
  const headers = { host: "localhost" };
  const hangUp = new AbortController();
  const request = { headers, signal: hangUp.signal };
  await queues.handle("CreateQueue", { QueueName: "orders" }, request);
  const QueueUrl = "http://localhost/000000000000/orders";
  const waiting = queues.handle("ReceiveMessage", { QueueUrl, WaitTimeSeconds: 20 }, request);
  const outcome = expect(waiting).rejects.toMatchObject({ name: "AbortError" });
  hangUp.abort();
  queues.send("arn:aws:sqs:eu-west-1:000000000000:orders", "kept");
  await outcome;
  expect(queues.count("orders")).toEqual({ ready: 1, delayed: 0, inFlight: 0 });
  queues.close();
});

test("a message whose timeout is over is shown as ready, before any request", async () => {
  const endpoint = await startForTest();
  const { sqs } = clientsOf(endpoint);
  const QueueUrl = await createQueue(sqs, "orders");
  await send(sqs, QueueUrl, "one");
  await receive(sqs, QueueUrl);
  expect(endpoint.queues.messages("orders")).toMatchObject([{ state: "in flight", receiveCount: 1 }]);
  vi.setSystemTime(Date.now() + 31_000);
  onTestFinished(() => void vi.useRealTimers());
  expect(endpoint.queues.messages("orders")).toMatchObject([{ state: "ready", receiveCount: 1 }]);
});

test("stopping hangs up on those who wait, at once", async () => {
  const endpoint = await startForTest();
  const { sqs } = clientsOf(endpoint);
  const QueueUrl = await createQueue(sqs, "orders");
  const outcome = expect(receive(sqs, QueueUrl, { WaitTimeSeconds: 20 })).rejects.toThrow();
  await receive(sqs, QueueUrl); // By its answer the waiting request has arrived too.
  await endpoint.stop();
  await outcome;
});

test("a message received too often moves to the dead-letter queue with its attributes", async () => {
  const endpoint = await startForTest();
  const { sqs } = clientsOf(endpoint);
  await createQueue(sqs, "dead");
  const RedrivePolicy = JSON.stringify({
    deadLetterTargetArn: "arn:aws:sqs:eu-west-1:000000000000:dead",
    maxReceiveCount: 2,
  });
  const QueueUrl = await createQueue(sqs, "orders", { RedrivePolicy });
  const MessageAttributes = { kind: { DataType: "String", StringValue: "poison" } };
  await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: "bad", MessageAttributes }));
  for (const expected of ["1", "2"]) {
    const [message] = await receive(sqs, QueueUrl);
    expect(message?.Attributes?.ApproximateReceiveCount).toBe(expected);
    const { ReceiptHandle } = message ?? {};
    await sqs.send(new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout: 0 }));
  }
  expect(await receive(sqs, QueueUrl)).toEqual([]);
  expect(endpoint.queues.messages("dead")).toMatchObject([
    { body: "bad", attributes: { kind: "poison" }, state: "ready" },
  ]);
});

test("queues are found by name and listed, under the address that was asked", async () => {
  const endpoint = await startForTest({ region: "eu-west-1" });
  const { sqs } = clientsOf(endpoint);
  const url = await createQueue(sqs, "orders");
  expect(url).toBe(`${endpoint.url}/000000000000/orders`);
  const elsewhere = clientsOf({ url: endpoint.url.replace("127.0.0.1", "localhost") }).sqs;
  const found = await elsewhere.send(new GetQueueUrlCommand({ QueueName: "orders" }));
  expect(found.QueueUrl).toBe(`http://localhost:${endpoint.port}/000000000000/orders`);
  expect((await sqs.send(new ListQueuesCommand({}))).QueueUrls).toEqual([url]);
  const attributes = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ["QueueArn"] }),
  );
  expect(attributes.Attributes?.QueueArn).toBe("arn:aws:sqs:eu-west-1:000000000000:orders");
});

test("an unknown queue and an unknown operation are refused by name", async () => {
  const endpoint = await startForTest();
  const { sqs } = clientsOf(endpoint);
  const QueueUrl = `${endpoint.url}/000000000000/nowhere`;
  await expect(send(sqs, QueueUrl, "x")).rejects.toBeInstanceOf(QueueDoesNotExist);
  const permission = { QueueUrl, Label: "all", AWSAccountIds: ["000000000000"], Actions: ["SendMessage"] };
  await expect(sqs.send(new AddPermissionCommand(permission))).rejects.toMatchObject({
    name: "InvalidAction",
  });
});

test("messages survive a restart, on another port too; one in flight stays away until its timeout", async () => {
  vi.useFakeTimers({ toFake: ["Date"] });
  onTestFinished(() => void vi.useRealTimers());
  const directory = directoryForTest();
  const before = await startForTest({ directory });
  const { sqs } = clientsOf(before);
  const url = await createQueue(sqs, "orders", { VisibilityTimeout: "1" });
  await send(sqs, url, "in flight");
  await receive(sqs, url);
  await send(sqs, url, "ready");
  await before.stop();

  const after = await startForTest({ directory });
  const again = clientsOf(after).sqs;
  const { QueueUrl = "" } = await again.send(new GetQueueUrlCommand({ QueueName: "orders" }));
  expect(QueueUrl).toBe(`${after.url}/000000000000/orders`);
  const first = await receive(again, QueueUrl, { MaxNumberOfMessages: 1 });
  expect(await receive(again, QueueUrl)).toEqual([]);
  vi.setSystemTime(Date.now() + 1000);
  const second = await receive(again, QueueUrl, { MaxNumberOfMessages: 1 });
  const bodies = [...first, ...second].map((message) => message.Body);
  expect(bodies.toSorted()).toEqual(["in flight", "ready"]);
});

test("a message given back at once is there, with its receive count, before and after a restart", async () => {
  const directory = directoryForTest();
  const before = await startForTest({ directory });
  const { sqs } = clientsOf(before);
  const url = await createQueue(sqs, "orders");
  await send(sqs, url, "back");
  const giveBack = async () => {
    const [message] = await receive(sqs, url);
    const { ReceiptHandle } = message ?? {};
    await sqs.send(
      new ChangeMessageVisibilityCommand({ QueueUrl: url, ReceiptHandle, VisibilityTimeout: 0 }),
    );
  };
  await giveBack();
  await giveBack();
  await before.stop();

  const after = await startForTest({ directory });
  const [message] = await receive(clientsOf(after).sqs, `${after.url}/000000000000/orders`);
  expect([message?.Body, message?.Attributes?.ApproximateReceiveCount]).toEqual(["back", "3"]);
});

test("a message deleted after its timeout, before another receive, is gone after a restart too", async () => {
  vi.useFakeTimers({ toFake: ["Date"] });
  onTestFinished(() => void vi.useRealTimers());
  const directory = directoryForTest();
  const before = await startForTest({ directory });
  const { sqs } = clientsOf(before);
  const url = await createQueue(sqs, "orders");
  for (const body of ["slow", "next"]) await send(sqs, url, body);
  const [slow] = await receive(sqs, url, { MaxNumberOfMessages: 1 });
  vi.setSystemTime(Date.now() + 31_000);
  expect((await receive(sqs, url, { MaxNumberOfMessages: 1 })).map(({ Body }) => Body)).toEqual(["next"]);
  await sqs.send(new DeleteMessageCommand({ QueueUrl: url, ReceiptHandle: slow?.ReceiptHandle }));
  await before.stop();
  const after = await startForTest({ directory });
  expect(after.queues.messages("orders").map(({ body }) => body)).toEqual(["next"]);
});
