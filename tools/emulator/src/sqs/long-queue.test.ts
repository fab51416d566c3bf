// A long queue behaves as a short one: same order, same dead letters, nothing lost.
import { expect, test } from "vitest";
import { createQueues, type Queues } from "./queues.ts";

const host = "127.0.0.1:4566";
const signal = new AbortController().signal;

async function ask(queues: Queues, action: string, input: Record<string, unknown>) {
  const { body, status } = await queues.handle(action, input, { headers: { host }, signal });
  expect(status).toBe(200);
  return JSON.parse(body);
}

async function aLongQueue(attributes: Record<string, string> = {}) {
  const queues = createQueues({ directory: undefined, region: "eu-west-1", now: () => Date.now() });
  const { QueueUrl: dead } = await ask(queues, "CreateQueue", { QueueName: "dead" });
  const redrive = { deadLetterTargetArn: "arn:aws:sqs:eu-west-1:000000000000:dead", maxReceiveCount: 1 };
  const { QueueUrl } = await ask(queues, "CreateQueue", {
    QueueName: "long",
    Attributes: { RedrivePolicy: JSON.stringify(redrive), ...attributes },
  });
  for (let index = 0; index < 2000; index++)
    queues.send("arn:aws:sqs:eu-west-1:000000000000:long", String(index));
  return { queues, QueueUrl, dead };
}

const bodies = ({ Messages = [] }: { Messages?: { Body: string }[] }) => Messages.map(({ Body }) => Body);

test("messages of a long queue come in the order in which they were sent, each once", async () => {
  const { queues, QueueUrl } = await aLongQueue();
  const heard: string[] = [];
  for (let count = 0; count < 400; count++)
    heard.push(...bodies(await ask(queues, "ReceiveMessage", { QueueUrl, MaxNumberOfMessages: 5 })));
  expect(heard).toEqual(Array.from({ length: 2000 }, (_, index) => String(index)));
  queues.close();
});

test("ten dead letters at the front of a long queue do not hide what is behind them", async () => {
  const { queues, QueueUrl } = await aLongQueue();
  const given = { QueueUrl, MaxNumberOfMessages: 10, VisibilityTimeout: 0 };
  // Each is received once and at once visible again, behind the others, until the first is in front again.
  for (let count = 0; count < 200; count++) await ask(queues, "ReceiveMessage", given);
  for (let index = 2000; index < 2010; index++)
    queues.send("arn:aws:sqs:eu-west-1:000000000000:long", String(index));
  const answer = await ask(queues, "ReceiveMessage", { ...given, WaitTimeSeconds: 1 });
  expect(bodies(answer).length).toBeGreaterThan(0);
  expect(queues.count("dead").ready).toBeGreaterThanOrEqual(10);
  queues.close();
});

test("a message is deleted, and a handle is known, wherever in a long queue it is", async () => {
  const { queues, QueueUrl } = await aLongQueue();
  const { Messages } = await ask(queues, "ReceiveMessage", {
    QueueUrl,
    MaxNumberOfMessages: 10,
    VisibilityTimeout: 0,
  });
  const handles = (Messages as { ReceiptHandle: string }[]).map(({ ReceiptHandle }) => ReceiptHandle);
  const [body] = bodies(await ask(queues, "ReceiveMessage", { QueueUrl })); // Now the ten are visible again.
  expect(body).toBe("10");
  const Entries = handles.map((ReceiptHandle, Id) => ({ Id: String(Id), ReceiptHandle }));
  await ask(queues, "DeleteMessageBatch", { QueueUrl, Entries });
  expect(queues.count("long")).toEqual({ ready: 1989, delayed: 0, inFlight: 1 });
  expect(queues.messages("long").some((message) => message.body === "5")).toBe(false);
  queues.close();
});

test("a receive that is refused takes nothing from a long queue", async () => {
  const { queues, QueueUrl } = await aLongQueue();
  const given = { QueueUrl, MaxNumberOfMessages: 11 };
  expect((await queues.handle("ReceiveMessage", given, { headers: { host }, signal })).status).toBe(400);
  expect(bodies(await ask(queues, "ReceiveMessage", { QueueUrl }))).toEqual(["0"]);
  expect(queues.count("long").ready).toBe(1999);
  queues.close();
});
