// Every answered change is in the file, and a wait leaves nothing behind.
import { getEventListeners } from "node:events";
import { cpSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { expect, test } from "vitest";
import { directoryForTest } from "../testing.ts";
import { createQueues, type Queues } from "./queues.ts";

const open = (directory: string | undefined) =>
  createQueues({ directory, region: "eu-west-1", now: () => Date.now() });
const arn = "arn:aws:sqs:eu-west-1:000000000000:orders";
const QueueUrl = "http://localhost/000000000000/orders";
const { signal } = new AbortController();
type Answer = { Messages?: { Body: string; ReceiptHandle: string }[] };
const ask = async (queues: Queues, action: string, more: object = {}) =>
  (await queues.call(action, { QueueUrl, ...more }, signal)) as Answer;

const inOrder = (queues: Queues) =>
  queues.messages("orders").toSorted((a, b) => (a.messageId < b.messageId ? -1 : 1));

/** What the next process finds in the queue if this one is killed now. */
function afterKill(directory: string) {
  const copy = join(directoryForTest(), "copy");
  cpSync(directory, copy, { recursive: true });
  const queues = open(copy);
  const messages = inOrder(queues);
  queues.close();
  return messages;
}

test("a message that was sent, received, hidden or deleted is so after kill -9 at the moment of the answer", async () => {
  const directory = directoryForTest();
  const queues = open(directory);
  await ask(queues, "CreateQueue", { QueueName: "orders" });
  const holds = () => expect(afterKill(directory)).toEqual(inOrder(queues));

  await ask(queues, "SendMessage", { MessageBody: "one" });
  holds();
  await queues.send(arn, "two", { attributes: { kind: "a letter" } });
  holds();
  await ask(queues, "SendMessage", { MessageBody: "three", DelaySeconds: 60 });
  holds();
  const { Messages: [one] = [] } = await ask(queues, "ReceiveMessage");
  holds();
  await ask(queues, "ChangeMessageVisibility", { ReceiptHandle: one?.ReceiptHandle, VisibilityTimeout: 0 });
  holds();
  const { Messages: [two] = [] } = await ask(queues, "ReceiveMessage");
  await ask(queues, "DeleteMessage", { ReceiptHandle: two?.ReceiptHandle });
  holds();
  await ask(queues, "PurgeQueue");
  holds();
  expect(queues.messages("orders")).toEqual([]);
  queues.close();
});

test("many at once, each answered when it is in the file", async () => {
  const directory = directoryForTest();
  const queues = open(directory);
  await ask(queues, "CreateQueue", { QueueName: "orders" });
  const waiting = [1, 2, 3].map(() => ask(queues, "ReceiveMessage", { WaitTimeSeconds: 20 }));
  const sent = Array.from({ length: 50 }, async (_, index) => {
    await queues.send(arn, String(index));
    if (index === 0) expect(afterKill(directory)).toHaveLength(50);
  });
  const [first] = await Promise.all([Promise.race(waiting), ...sent]);
  const [message] = afterKill(directory).filter(({ body }) => body === first?.Messages?.[0]?.Body);
  expect(message).toMatchObject({ state: "in flight", receiveCount: 1 });
  queues.close();
});

test("a receive that waited leaves neither a timer nor a listener behind", async () => {
  const queues = open(undefined);
  await ask(queues, "CreateQueue", { QueueName: "orders" });
  const timers = () => process.getActiveResourcesInfo().filter((each) => each === "Timeout").length;
  const before = timers();
  for (let count = 0; count < 20; count++) {
    const waiting = ask(queues, "ReceiveMessage", { WaitTimeSeconds: 20 });
    setImmediate(() => queues.send(arn, "x"));
    const { Messages: [message] = [] } = await waiting;
    await ask(queues, "DeleteMessage", { ReceiptHandle: message?.ReceiptHandle });
  }
  await expect.poll(timers).toBeLessThanOrEqual(before);
  expect(getEventListeners(signal, "abort")).toEqual([]);
  queues.close();
});

test("a message that comes at any moment of a receive's beginning to wait ends it", async () => {
  const queues = open(undefined);
  await ask(queues, "CreateQueue", { QueueName: "orders" });
  for (let microtasks = 0; microtasks < 30; microtasks++) {
    const waiting = ask(queues, "ReceiveMessage", { WaitTimeSeconds: 2 });
    for (let count = 0; count < microtasks; count++) await Promise.resolve();
    queues.send(arn, String(microtasks));
    const begun = performance.now();
    const { Messages: [message] = [] } = await waiting;
    expect([message?.Body, performance.now() - begun < 1000]).toEqual([String(microtasks), true]);
  }
  queues.close();
});

test("a file that an earlier version wrote opens, with its queues, tags and messages", async () => {
  const directory = directoryForTest();
  const database = new DatabaseSync(join(directory, "fauxqs.db"));
  database.exec(`
    CREATE TABLE sqs_queues (name TEXT PRIMARY KEY, url TEXT NOT NULL, arn TEXT NOT NULL, attributes TEXT NOT NULL,
      tags TEXT NOT NULL, created_timestamp INTEGER NOT NULL, last_modified_timestamp INTEGER NOT NULL,
      sequence_counter INTEGER NOT NULL DEFAULT 0);
    CREATE TABLE sqs_messages (message_id TEXT PRIMARY KEY, queue_name TEXT NOT NULL REFERENCES sqs_queues(name));
    INSERT INTO sqs_queues VALUES ('orders', '${QueueUrl}', '${arn}', '{"VisibilityTimeout":"60"}', '{"team":"shop"}',
      1700000000, 1700000000, 0);
    CREATE TABLE messages (id INTEGER PRIMARY KEY, queue TEXT NOT NULL, message_id TEXT NOT NULL, body TEXT NOT NULL,
      attributes TEXT NOT NULL, group_id TEXT, sent_at INTEGER NOT NULL, delay_until INTEGER, source_arn TEXT,
      receive_count INTEGER NOT NULL, first_received_at INTEGER, receipt_handle TEXT, visible_at INTEGER);
    INSERT INTO messages VALUES (7, 'orders', 'id', 'kept', '{"kind":{"DataType":"String","StringValue":"a letter"}}',
      NULL, ${Date.now()}, NULL, NULL, 2, NULL, NULL, NULL)`);
  database.close();
  const queues = open(directory);
  expect(await queues.call("ListQueueTags", { QueueUrl }, signal)).toEqual({ Tags: { team: "shop" } });
  const AttributeNames = ["VisibilityTimeout", "CreatedTimestamp"];
  expect(await queues.call("GetQueueAttributes", { QueueUrl, AttributeNames }, signal)).toEqual({
    Attributes: { VisibilityTimeout: "60", CreatedTimestamp: "1700000000" },
  });
  expect(queues.messages("orders")).toMatchObject([
    { messageId: "id", body: "kept", attributes: { kind: "a letter" }, receiveCount: 2, state: "ready" },
  ]);
  const AWSTraceHeader = { DataType: "String", StringValue: "Root=1" };
  await ask(queues, "SendMessage", { MessageBody: "traced", MessageSystemAttributes: { AWSTraceHeader } });
  queues.close();

  const again = open(directory);
  const asked = { MaxNumberOfMessages: 10, MessageSystemAttributeNames: ["AWSTraceHeader"] };
  expect((await ask(again, "ReceiveMessage", asked)).Messages).toMatchObject([
    { Body: "kept" },
    { Body: "traced", Attributes: { AWSTraceHeader: "Root=1" } },
  ]);
  again.close();
});
