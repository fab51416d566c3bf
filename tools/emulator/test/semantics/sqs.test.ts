// The behaviours of SQS, from sending a message to deleting it.
import {
  ChangeMessageVisibilityBatchCommand,
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ListDeadLetterSourceQueuesCommand,
  PurgeQueueCommand,
  QueueDoesNotExist,
  ReceiptHandleIsInvalid,
  type SendMessageBatchRequestEntry,
  SetQueueAttributesCommand,
  StartMessageMoveTaskCommand,
} from "@aws-sdk/client-sqs";
import { expect } from "vitest";
import { behaviour, onAnEndpoint, type World } from "./behaviour.ts";
import { aQueue, withDeadLetters } from "./queues.ts";

onAnEndpoint();

behaviour(
  "A received message is hidden from every other receive",
  "SQS guide: Visibility timeout",
  async (world) => {
    const queue = await aQueue(world);
    await queue.send("hello");
    expect((await queue.receiveOne()).Body).toBe("hello");
    expect(await queue.receive()).toEqual([]);
  },
);

behaviour(
  "A message that is not deleted comes back when its visibility timeout is over, not before",
  "SQS guide: Visibility timeout",
  async (world) => {
    const queue = await aQueue(world, { VisibilityTimeout: "40" });
    await queue.send("hello");
    await queue.receiveOne();
    await world.passSeconds(39.9);
    expect(await queue.receive()).toEqual([]);
    await world.passSeconds(0.1);
    expect((await queue.receiveOne()).Body).toBe("hello");
  },
  { needs: "emulator" },
);

behaviour(
  "The visibility timeout is thirty seconds unless the queue says otherwise",
  "SQS guide: Visibility timeout",
  async (world) => {
    const queue = await aQueue(world);
    await queue.send("hello");
    await queue.receiveOne();
    await world.passSeconds(29);
    expect(await queue.receive()).toEqual([]);
    await world.passSeconds(1);
    expect(await queue.receive()).toHaveLength(1);
  },
  { needs: "emulator" },
);

behaviour(
  "A receive may set the visibility timeout of what it receives",
  "SQS API: ReceiveMessage",
  async (world) => {
    const queue = await aQueue(world, { VisibilityTimeout: "30" });
    await queue.send("hello");
    await queue.receive({ VisibilityTimeout: 300 });
    await world.passSeconds(299);
    expect(await queue.receive()).toEqual([]);
    await world.passSeconds(1);
    expect(await queue.receive()).toHaveLength(1);
  },
  { needs: "emulator" },
);

behaviour(
  "A visibility timeout of zero gives the message back at once",
  "SQS API: ChangeMessageVisibility",
  async (world) => {
    const queue = await aQueue(world);
    await queue.send("hello");
    const { ReceiptHandle } = await queue.receiveOne();
    await queue.hideFor(0, ReceiptHandle);
    expect((await queue.receiveOne()).Body).toBe("hello");
  },
);

behaviour(
  "A changed visibility timeout counts from the change",
  "SQS API: ChangeMessageVisibility",
  async (world) => {
    const queue = await aQueue(world, { VisibilityTimeout: "30" });
    await queue.send("hello");
    const { ReceiptHandle } = await queue.receiveOne();
    await world.passSeconds(20);
    await queue.hideFor(60, ReceiptHandle);
    await world.passSeconds(59);
    expect(await queue.receive()).toEqual([]);
    await world.passSeconds(1);
    expect(await queue.receive()).toHaveLength(1);
  },
  { needs: "emulator" },
);

behaviour(
  "The visibility of a message that is not in flight cannot be changed",
  "SQS API: ChangeMessageVisibility",
  async (world) => {
    const queue = await aQueue(world);
    await queue.send("hello");
    const { ReceiptHandle } = await queue.receiveOne();
    await queue.hideFor(0, ReceiptHandle);
    await expect(queue.hideFor(10, ReceiptHandle)).rejects.toMatchObject({ name: "MessageNotInflight" });
  },
);

behaviour(
  "A visibility timeout beyond twelve hours is refused",
  "SQS API: ChangeMessageVisibility",
  async (world) => {
    const queue = await aQueue(world);
    await queue.send("hello");
    const { ReceiptHandle } = await queue.receiveOne();
    await expect(queue.hideFor(43_201, ReceiptHandle)).rejects.toMatchObject({
      name: "InvalidParameterValue",
    });
    await expect(queue.receive({ VisibilityTimeout: 43_201 })).rejects.toMatchObject({
      name: "InvalidParameterValue",
    });
  },
);

behaviour(
  "A batch of visibility changes answers entry by entry",
  "SQS API: ChangeMessageVisibility",
  async (world) => {
    const queue = await aQueue(world);
    await queue.send("hello");
    const { ReceiptHandle } = await queue.receiveOne();
    const Entries = [
      { Id: "good", ReceiptHandle, VisibilityTimeout: 0 },
      { Id: "bad", ReceiptHandle: "nonsense", VisibilityTimeout: 0 },
    ];
    const command = new ChangeMessageVisibilityBatchCommand({ QueueUrl: queue.QueueUrl, Entries });
    const { Successful, Failed } = await world.sqs.send(command);
    expect(Successful).toEqual([{ Id: "good" }]);
    expect(Failed).toMatchObject([{ Id: "bad", Code: "ReceiptHandleIsInvalid", SenderFault: true }]);
  },
);

behaviour("The receive count grows with every receive", "SQS API: ReceiveMessage", async (world) => {
  const queue = await aQueue(world, { VisibilityTimeout: "0" });
  await queue.send("hello");
  const counts = [];
  for (let i = 0; i < 3; i++) counts.push((await queue.receiveOne()).Attributes?.ApproximateReceiveCount);
  expect(counts).toEqual(["1", "2", "3"]);
});

behaviour(
  "A message says when it was sent and when it was first received, in milliseconds",
  "SQS API: ReceiveMessage",
  async (world) => {
    const queue = await aQueue(world, { VisibilityTimeout: "10" });
    const sentAt = Date.now();
    await queue.send("hello");
    await world.passSeconds(5);
    await queue.receiveOne();
    await world.passSeconds(10);
    expect((await queue.receiveOne()).Attributes).toMatchObject({
      SentTimestamp: String(sentAt),
      ApproximateFirstReceiveTimestamp: String(sentAt + 5000),
    });
  },
  { needs: "emulator" },
);

behaviour("A deleted message does not come back", "SQS API: DeleteMessage", async (world) => {
  const queue = await aQueue(world, { VisibilityTimeout: "0" });
  await queue.send("hello");
  const { ReceiptHandle } = await queue.receiveOne();
  await queue.delete(ReceiptHandle);
  expect(await queue.receive({ WaitTimeSeconds: 0 })).toEqual([]);
});

behaviour(
  "The latest receipt handle deletes a message that became visible again",
  "SQS API: DeleteMessage",
  async (world) => {
    const queue = await aQueue(world, { VisibilityTimeout: "30" });
    await queue.send("slow work");
    const { ReceiptHandle } = await queue.receiveOne();
    await world.passSeconds(31);
    expect(await queue.attribute("ApproximateNumberOfMessages")).toBeDefined();
    await queue.delete(ReceiptHandle);
    await world.passSeconds(31);
    expect(await queue.receive()).toEqual([]);
  },
  { needs: "emulator" },
);

behaviour(
  "The latest receipt handle deletes in a batch too, also after an empty receive has found nothing else",
  "SQS API: DeleteMessageBatch",
  async (world) => {
    const queue = await aQueue(world, { VisibilityTimeout: "30" });
    await queue.send("slow");
    await queue.send("slower");
    const messages = [await queue.receiveOne(), await queue.receiveOne()];
    await world.passSeconds(31);
    // Receiving one of them releases the other.
    const [again] = await queue.receive();
    const left = messages.find(({ MessageId }) => MessageId !== again?.MessageId);
    const Entries = [{ Id: "left", ReceiptHandle: left?.ReceiptHandle }];
    await world.sqs.send(new DeleteMessageBatchCommand({ QueueUrl: queue.QueueUrl, Entries }));
    await world.passSeconds(31);
    const rest = await queue.receive({ MaxNumberOfMessages: 10 });
    expect(rest.map(({ MessageId }) => MessageId)).toEqual([again?.MessageId]);
  },
  { needs: "emulator" },
);

behaviour(
  "An older receipt handle is accepted and deletes nothing",
  "SQS API: DeleteMessage",
  async (world) => {
    const queue = await aQueue(world, { VisibilityTimeout: "30" });
    await queue.send("hello");
    const first = await queue.receiveOne();
    await world.passSeconds(31);
    const second = await queue.receiveOne();
    expect(second.ReceiptHandle).not.toBe(first.ReceiptHandle);
    await queue.delete(first.ReceiptHandle);
    await world.passSeconds(31);
    expect(await queue.receive()).toHaveLength(1);
  },
  { needs: "emulator" },
);

behaviour("What is no receipt handle is refused", "SQS API: DeleteMessage", async (world) => {
  const queue = await aQueue(world);
  await expect(queue.delete("nonsense")).rejects.toBeInstanceOf(ReceiptHandleIsInvalid);
});

behaviour(
  "A batch of deletions fails for the entry with a bad handle alone",
  "SQS API: DeleteMessageBatch",
  async (world) => {
    const queue = await aQueue(world);
    await queue.send("hello");
    const { ReceiptHandle } = await queue.receiveOne();
    const Entries = [
      { Id: "bad", ReceiptHandle: "nonsense" },
      { Id: "good", ReceiptHandle },
    ];
    const command = new DeleteMessageBatchCommand({ QueueUrl: queue.QueueUrl, Entries });
    const { Successful, Failed } = await world.sqs.send(command);
    expect(Successful).toEqual([{ Id: "good" }]);
    expect(Failed).toMatchObject([{ Id: "bad", Code: "ReceiptHandleIsInvalid", SenderFault: true }]);
  },
);

behaviour(
  "A message received more than maxReceiveCount times moves to the dead-letter queue",
  "SQS guide: Dead-letter queues",
  async (world) => {
    const { dead, queue } = await withDeadLetters(world, 2, { VisibilityTimeout: "0" });
    const MessageAttributes = { kind: { DataType: "String", StringValue: "poison" } };
    const { MessageId } = await queue.send("bad", { MessageAttributes });
    await queue.receiveOne();
    await queue.receiveOne();
    expect(await queue.receive()).toEqual([]);
    expect(await dead.receiveOne()).toMatchObject({ MessageId, Body: "bad", MessageAttributes });
  },
);

behaviour(
  "A dead-letter queue keeps a message only until its first sending is past the retention",
  "SQS guide: Dead-letter queues",
  async (world) => {
    const { dead, queue } = await withDeadLetters(world, 1, {
      VisibilityTimeout: "0",
      MessageRetentionPeriod: "345600",
    });
    await queue.send("bad");
    await world.passSeconds(3 * 86_400);
    await queue.receiveOne();
    expect(await queue.receive()).toEqual([]); // It moves; the dead-letter queue keeps four days too.
    expect(await dead.receive({ VisibilityTimeout: 0 })).toHaveLength(1);
    await world.passSeconds(86_400);
    expect(await dead.receive()).toEqual([]);
  },
  { needs: "emulator" },
);

behaviour(
  "A redrive moves messages back to their source with a fresh receive count",
  "SQS API: StartMessageMoveTask",
  async (world) => {
    const { dead, queue } = await withDeadLetters(world, 1, { VisibilityTimeout: "0" });
    await queue.send("again");
    await queue.receiveOne();
    expect(await queue.receive()).toEqual([]);
    const SourceArn = await dead.attribute("QueueArn");
    await world.sqs.send(new StartMessageMoveTaskCommand({ SourceArn }));
    const message = await queue.receiveOne();
    expect([message.Body, message.Attributes?.ApproximateReceiveCount]).toEqual(["again", "1"]);
  },
);

/** Two queues with one dead-letter queue, which has a message of each. */
async function twoSources(world: World) {
  const { dead, queue: one } = await withDeadLetters(world, 1, { VisibilityTimeout: "0" });
  const deadLetterTargetArn = await dead.attribute("QueueArn");
  const RedrivePolicy = JSON.stringify({ deadLetterTargetArn, maxReceiveCount: 1 });
  const other = await aQueue(world, { RedrivePolicy, VisibilityTimeout: "0" });
  for (const [name, queue] of Object.entries({ one, other })) {
    await queue.send(name);
    await queue.receiveOne();
    expect(await queue.receive()).toEqual([]);
  }
  return { dead, one, other };
}

behaviour("A dead letter tells which queue it came from", "SQS API: ReceiveMessage", async (world) => {
  const { dead, one, other } = await twoSources(world);
  const letters = [await dead.receiveOne(), await dead.receiveOne()];
  const sources = letters.map(({ Body, Attributes }) => [Body, Attributes?.DeadLetterQueueSourceArn]);
  expect(Object.fromEntries(sources)).toEqual({
    one: await one.attribute("QueueArn"),
    other: await other.attribute("QueueArn"),
  });
});

behaviour(
  "A redrive without a destination gives each message back to the queue it came from",
  "SQS API: StartMessageMoveTask",
  async (world) => {
    const { dead, one, other } = await twoSources(world);
    const SourceArn = await dead.attribute("QueueArn");
    await world.sqs.send(new StartMessageMoveTaskCommand({ SourceArn }));
    expect((await one.receiveOne()).Body).toBe("one");
    expect((await other.receiveOne()).Body).toBe("other");
  },
);

behaviour(
  "A redrive from a queue that is not a dead-letter queue is refused",
  "SQS API: StartMessageMoveTask",
  async (world) => {
    const SourceArn = await (await aQueue(world)).attribute("QueueArn");
    await expect(world.sqs.send(new StartMessageMoveTaskCommand({ SourceArn }))).rejects.toMatchObject({
      name: "InvalidParameterValue",
    });
  },
);

behaviour("A dead-letter queue tells whose it is", "SQS API: ListDeadLetterSourceQueues", async (world) => {
  const { dead, queue } = await withDeadLetters(world, 1);
  const command = new ListDeadLetterSourceQueuesCommand({ QueueUrl: dead.QueueUrl });
  expect((await world.sqs.send(command)).queueUrls).toEqual([queue.QueueUrl]);
});

behaviour(
  "A redrive policy to a queue that is not there is refused",
  "SQS API: SetQueueAttributes",
  async (world) => {
    const queue = await aQueue(world);
    const arn = (await queue.attribute("QueueArn")).replace(queue.QueueName, world.unique("nowhere"));
    for (const policy of [
      { deadLetterTargetArn: arn, maxReceiveCount: 3 },
      { deadLetterTargetArn: await queue.attribute("QueueArn"), maxReceiveCount: 0 },
      { deadLetterTargetArn: await queue.attribute("QueueArn"), maxReceiveCount: 1001 },
    ]) {
      const Attributes = { RedrivePolicy: JSON.stringify(policy) };
      const command = new SetQueueAttributesCommand({ QueueUrl: queue.QueueUrl, Attributes });
      await expect(world.sqs.send(command)).rejects.toMatchObject({ name: "InvalidParameterValue" });
    }
  },
);

behaviour(
  "A batch fails for the message that is not allowed alone",
  "SQS API: SendMessageBatch",
  async (world) => {
    const queue = await aQueue(world);
    const { Successful, Failed } = await queue.sendBatch([
      { Id: "control", MessageBody: "a\u0001b" },
      { Id: "late", MessageBody: "x", DelaySeconds: 901 },
      { Id: "good", MessageBody: "fine" },
    ]);
    expect(Successful?.map(({ Id }) => Id)).toEqual(["good"]);
    expect(new Map(Failed?.map(({ Id, Code, SenderFault }) => [Id, [Code, SenderFault]]))).toEqual(
      new Map([
        ["control", ["InvalidMessageContents", true]],
        ["late", ["InvalidParameterValue", true]],
      ]),
    );
    expect((await queue.receiveOne()).Body).toBe("fine");
  },
);

behaviour("A batch has one to ten entries with distinct ids", "SQS API: SendMessageBatch", async (world) => {
  const queue = await aQueue(world);
  const entry = (Id: string) => ({ Id, MessageBody: Id });
  const eleven = Array.from({ length: 11 }, (_, index) => entry(String(index)));
  const refused = (entries: SendMessageBatchRequestEntry[], name: string) =>
    expect(queue.sendBatch(entries)).rejects.toMatchObject({ name });
  await refused(eleven, "TooManyEntriesInBatchRequest");
  await refused([], "EmptyBatchRequest");
  await refused([entry("a"), entry("a")], "BatchEntryIdsNotDistinct");
  await refused([entry("a b")], "InvalidBatchEntryId");
  expect((await queue.sendBatch(eleven.slice(1))).Successful).toHaveLength(10);
});

behaviour("A batch holds a mebibyte in all", "SQS API: SendMessageBatch", async (world) => {
  const queue = await aQueue(world);
  const half = "x".repeat(512 * 1024);
  const entries = [
    { Id: "a", MessageBody: half },
    { Id: "b", MessageBody: `${half}x` },
  ];
  await expect(queue.sendBatch(entries)).rejects.toMatchObject({ name: "BatchRequestTooLong" });
});

behaviour("A message holds a mebibyte, attributes included", "SQS guide: Message quotas", async (world) => {
  const queue = await aQueue(world);
  const MessageAttributes = { a: { DataType: "String", StringValue: "b" } };
  const room = 1024 * 1024 - "aStringb".length;
  await expect(queue.send("x".repeat(room + 1), { MessageAttributes })).rejects.toMatchObject({
    name: "InvalidParameterValue",
  });
  await queue.send("x".repeat(room), { MessageAttributes });
});

behaviour(
  "A message has at most ten attributes, none of them empty",
  "SQS guide: Message metadata",
  async (world) => {
    const queue = await aQueue(world);
    const attributes = (count: number, StringValue = "x") => ({
      MessageAttributes: Object.fromEntries(
        Array.from({ length: count }, (_, index) => [`a${index}`, { DataType: "String", StringValue }]),
      ),
    });
    const refused = { name: "InvalidParameterValue" };
    await expect(queue.send("x", attributes(11))).rejects.toMatchObject(refused);
    await expect(queue.send("x", attributes(1, ""))).rejects.toMatchObject(refused);
    await queue.send("x", attributes(10));
    expect(Object.keys((await queue.receiveOne()).MessageAttributes ?? {})).toHaveLength(10);
  },
);

behaviour(
  "Attributes arrive with their types if they are asked for",
  "SQS guide: Message metadata",
  async (world) => {
    const queue = await aQueue(world, { VisibilityTimeout: "0" });
    const MessageAttributes = {
      text: { DataType: "String", StringValue: "déjà vu" },
      number: { DataType: "Number.int", StringValue: "3" },
      bytes: { DataType: "Binary", BinaryValue: new Uint8Array([0, 255, 1]) },
    };
    await queue.send("hello", { MessageAttributes });
    expect((await queue.receiveOne()).MessageAttributes).toEqual(MessageAttributes);
    const [some] = await queue.receive({ MessageAttributeNames: ["te*", "number", "text"] });
    expect(Object.keys(some?.MessageAttributes ?? {}).toSorted()).toEqual(["number", "text"]);
  },
);

behaviour("A message without a body is refused", "SQS API: SendMessage", async (world) => {
  const queue = await aQueue(world);
  await expect(queue.send("")).rejects.toMatchObject({
    name: expect.stringMatching(/Missing|InvalidParameter/),
  });
});

behaviour(
  "A body holds the characters XML 1.0 allows, and no others",
  "SQS API: SendMessage",
  async (world) => {
    const queue = await aQueue(world);
    await expect(queue.send("bell \u0007")).rejects.toMatchObject({ name: "InvalidMessageContents" });
    await queue.send("tab \t, line \r\n, 日本");
    expect((await queue.receiveOne()).Body).toBe("tab \t, line \r\n, 日本");
  },
);

behaviour("A body may hold characters beyond the first plane", "SQS API: SendMessage", async (world) => {
  const queue = await aQueue(world);
  await queue.send("🫖");
  expect((await queue.receiveOne()).Body).toBe("🫖");
});

behaviour(
  "A delayed message is hidden until its delay is over",
  "SQS guide: Message timers",
  async (world) => {
    const queue = await aQueue(world);
    await queue.send("later", { DelaySeconds: 60 });
    await world.passSeconds(59);
    expect(await queue.receive()).toEqual([]);
    await world.passSeconds(1);
    expect((await queue.receiveOne()).Body).toBe("later");
  },
  { needs: "emulator" },
);

behaviour(
  "A queue's delay holds for messages that have none of their own",
  "SQS guide: Delay queues",
  async (world) => {
    const queue = await aQueue(world, { DelaySeconds: "60" });
    await queue.send("later");
    await queue.send("at once", { DelaySeconds: 0 });
    expect((await queue.receive({ MaxNumberOfMessages: 10 })).map(({ Body }) => Body)).toEqual(["at once"]);
    await world.passSeconds(60);
    expect((await queue.receive({ MaxNumberOfMessages: 10 })).map(({ Body }) => Body)).toContain("later");
  },
  { needs: "emulator" },
);

behaviour("A delay of more than fifteen minutes is refused", "SQS guide: Message timers", async (world) => {
  const queue = await aQueue(world);
  await expect(queue.send("x", { DelaySeconds: 901 })).rejects.toMatchObject({
    name: "InvalidParameterValue",
  });
});

behaviour(
  "A message is deleted when the queue's retention period is over",
  "SQS API: SetQueueAttributes",
  async (world) => {
    const queue = await aQueue(world, { MessageRetentionPeriod: "3600" });
    await queue.send("hello");
    await world.passSeconds(3599);
    expect(await queue.receive({ VisibilityTimeout: 0 })).toHaveLength(1);
    await world.passSeconds(1);
    expect(await queue.receive()).toEqual([]);
    expect(await queue.attribute("ApproximateNumberOfMessages")).toBe("0");
  },
  { needs: "emulator" },
);

behaviour(
  "A receive takes one to ten messages, one unless it says more",
  "SQS API: ReceiveMessage",
  async (world) => {
    const queue = await aQueue(world, { VisibilityTimeout: "0" });
    await queue.sendBatch(Array.from({ length: 10 }, (_, index) => ({ Id: `m${index}`, MessageBody: "x" })));
    expect(await queue.receive({ WaitTimeSeconds: 5 })).toHaveLength(1);
    for (const MaxNumberOfMessages of [0, 11]) {
      await expect(queue.receive({ MaxNumberOfMessages })).rejects.toMatchObject({
        name: "InvalidParameterValue",
      });
    }
    const some = await queue.receive({ MaxNumberOfMessages: 10, WaitTimeSeconds: 5 });
    expect(some.length).toBeGreaterThan(0);
    expect(some.length).toBeLessThanOrEqual(10);
  },
);

behaviour(
  "A receive that waits answers as soon as a message arrives",
  "SQS guide: Short and long polling",
  async (world) => {
    const queue = await aQueue(world);
    const waiting = queue.receive({ WaitTimeSeconds: 20 });
    await queue.send("hello");
    expect((await waiting).map(({ Body }) => Body)).toEqual(["hello"]);
  },
);

behaviour(
  "A queue's own waiting time holds for receives that name none",
  "SQS guide: Short and long polling",
  async (world) => {
    const queue = await aQueue(world, { ReceiveMessageWaitTimeSeconds: "20" });
    const waiting = queue.receive();
    expect(await queue.receive({ WaitTimeSeconds: 0 })).toEqual([]);
    await queue.send("hello");
    expect((await waiting).map(({ Body }) => Body)).toEqual(["hello"]);
  },
);

behaviour("A receive waits twenty seconds at most", "SQS guide: Short and long polling", async (world) => {
  const queue = await aQueue(world);
  await expect(queue.receive({ WaitTimeSeconds: 21 })).rejects.toMatchObject({
    name: "InvalidParameterValue",
  });
});

behaviour(
  "A queue made again with the same attributes is the same queue",
  "SQS API: CreateQueue",
  async (world) => {
    const { QueueName, QueueUrl } = await aQueue(world, { VisibilityTimeout: "10" });
    const again = (VisibilityTimeout: string) =>
      world.sqs.send(new CreateQueueCommand({ QueueName, Attributes: { VisibilityTimeout } }));
    expect((await again("10")).QueueUrl).toBe(QueueUrl);
    const exists = { name: expect.stringMatching(/^Queue(NameExists|AlreadyExists)$/) };
    await expect(again("11")).rejects.toMatchObject(exists);
    const Attributes = { VisibilityTimeout: "10", RedriveAllowPolicy: '{"redrivePermission":"denyAll"}' };
    const added = new CreateQueueCommand({ QueueName, Attributes });
    await expect(world.sqs.send(added)).rejects.toMatchObject(exists);
  },
);

behaviour(
  "A queue's name has 1 to 80 letters, digits, hyphens and underscores",
  "SQS API: CreateQueue",
  async (world) => {
    for (const QueueName of ["a b", "x".repeat(81), "ä"]) {
      await expect(world.sqs.send(new CreateQueueCommand({ QueueName }))).rejects.toMatchObject({
        name: "InvalidParameterValue",
      });
    }
  },
);

behaviour("Attributes out of their range are refused", "SQS API: CreateQueue", async (world) => {
  for (const Attributes of [
    { VisibilityTimeout: "43201" },
    { DelaySeconds: "901" },
    { MessageRetentionPeriod: "59" },
    { ReceiveMessageWaitTimeSeconds: "21" },
    { MaximumMessageSize: "1023" },
  ]) {
    const command = new CreateQueueCommand({ QueueName: world.unique("bad"), Attributes });
    await expect(world.sqs.send(command)).rejects.toMatchObject({ name: "InvalidAttributeValue" });
  }
});

behaviour(
  "Only the attributes that are asked for are answered",
  "SQS API: GetQueueAttributes",
  async (world) => {
    const { QueueUrl } = await aQueue(world);
    const ask = async (AttributeNames?: ("VisibilityTimeout" | "All")[]) =>
      (await world.sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames }))).Attributes;
    expect(await ask(["VisibilityTimeout"])).toEqual({ VisibilityTimeout: "30" });
    expect(await ask()).toBeUndefined();
    expect(await ask(["All"])).toMatchObject({ MessageRetentionPeriod: "345600", DelaySeconds: "0" });
    await expect(ask(["Nonsense" as "All"])).rejects.toMatchObject({ name: "InvalidAttributeName" });
  },
);

behaviour("A queue that is not there is told by name", "SQS API: GetQueueUrl", async (world) => {
  const QueueName = world.unique("nowhere");
  await expect(world.sqs.send(new GetQueueUrlCommand({ QueueName }))).rejects.toBeInstanceOf(
    QueueDoesNotExist,
  );
  const { QueueUrl } = await aQueue(world);
  expect(
    (await world.sqs.send(new GetQueueUrlCommand({ QueueName: QueueUrl.split("/").at(-1) }))).QueueUrl,
  ).toBe(QueueUrl);
});

behaviour(
  "A purge deletes everything in the queue, in flight too",
  "SQS API: PurgeQueue",
  async (world) => {
    const queue = await aQueue(world, { VisibilityTimeout: "0" });
    await queue.send("ready");
    await queue.receive({ VisibilityTimeout: 1 });
    await queue.send("ready");
    await world.sqs.send(new PurgeQueueCommand({ QueueUrl: queue.QueueUrl }));
    await world.passSeconds(60);
    expect(await queue.receive()).toEqual([]);
  },
  { needs: "emulator" },
);

behaviour(
  "A deleted queue takes its messages along",
  "SQS API: CreateQueue",
  async (world) => {
    const queue = await aQueue(world);
    await queue.send("hello");
    await world.sqs.send(new DeleteQueueCommand({ QueueUrl: queue.QueueUrl }));
    await expect(queue.send("x")).rejects.toBeInstanceOf(QueueDoesNotExist);
    await world.sqs.send(new CreateQueueCommand({ QueueName: queue.QueueName }));
    expect(await queue.receive()).toEqual([]);
  },
  { needs: "emulator" },
);

// AWS has FIFO queues; the emulator refuses them, see docs/decisions/no-fifo-queues.md.
behaviour(
  "A FIFO queue is refused with SQS's own error for what an endpoint does not serve",
  "SQS API: CreateQueue",
  async (world) => {
    const Attributes = { FifoQueue: "true" };
    for (const input of [{ QueueName: "orders.fifo", Attributes }, { QueueName: "orders.fifo" }]) {
      await expect(world.sqs.send(new CreateQueueCommand(input))).rejects.toMatchObject({
        name: "UnsupportedOperation",
        message: expect.stringContaining("FIFO"),
      });
    }
  },
  { needs: "emulator" },
);

/** A dead-letter queue with the redrive allow policy, and how a queue names it as its own. */
async function withAllowed(world: World, policyOf: (sourceArn: string) => object) {
  const [source, dead] = [await aQueue(world), await aQueue(world)];
  const set = (QueueUrl: string, Attributes: Record<string, string>) =>
    world.sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes }));
  const RedriveAllowPolicy = JSON.stringify(policyOf(await source.attribute("QueueArn")));
  await set(dead.QueueUrl, { RedriveAllowPolicy });
  const deadLetterTargetArn = await dead.attribute("QueueArn");
  const RedrivePolicy = JSON.stringify({ deadLetterTargetArn, maxReceiveCount: 3 });
  return {
    name: () => set(source.QueueUrl, { RedrivePolicy }),
    create: () =>
      world.sqs.send(
        new CreateQueueCommand({ QueueName: world.unique("late"), Attributes: { RedrivePolicy } }),
      ),
    lift: () => set(dead.QueueUrl, { RedriveAllowPolicy: "" }),
  };
}

behaviour(
  "A queue may name as its dead-letter queue one that lets it",
  "SQS API: SetQueueAttributes",
  async (world) => {
    const byQueue = (...sourceQueueArns: string[]) => ({ redrivePermission: "byQueue", sourceQueueArns });
    await (await withAllowed(world, () => ({ redrivePermission: "allowAll" }))).name();
    const own = await withAllowed(world, (arn) => byQueue(arn));
    await own.name();
    await expect(own.create()).rejects.toMatchObject({ name: "InvalidParameterValue" });
    for (const policy of [
      { redrivePermission: "denyAll" },
      byQueue("arn:aws:sqs:eu-west-1:000000000000:another"),
    ]) {
      const other = await withAllowed(world, () => policy);
      await expect(other.name()).rejects.toMatchObject({ name: "InvalidParameterValue" });
      await other.lift();
      await other.name();
    }
  },
);

behaviour(
  "A redrive allow policy has a permission, and names one to ten queues for byQueue alone",
  "SQS API: SetQueueAttributes",
  async (world) => {
    const arn = "arn:aws:sqs:eu-west-1:000000000000:a";
    for (const policy of [
      "not json",
      "{}",
      '{"redrivePermission":"sometimes"}',
      '{"redrivePermission":"byQueue"}',
      '{"redrivePermission":"byQueue","sourceQueueArns":[]}',
      JSON.stringify({ redrivePermission: "byQueue", sourceQueueArns: Array(11).fill(arn) }),
      JSON.stringify({ redrivePermission: "byQueue", sourceQueueArns: ["a"] }),
      JSON.stringify({ redrivePermission: "denyAll", sourceQueueArns: [arn] }),
    ]) {
      const created = aQueue(world, { RedriveAllowPolicy: policy });
      await expect(created, policy).rejects.toMatchObject({ name: "InvalidParameterValue" });
    }
  },
);

behaviour(
  "A queue's policy is one of the policy language, and an empty one removes it",
  "SQS API: SetQueueAttributes",
  async (world) => {
    const { QueueUrl } = await aQueue(world);
    const set = (Policy: string) =>
      world.sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { Policy } }));
    const statement = { Effect: "Allow", Principal: "*", Action: "sqs:SendMessage", Resource: "*" };
    const policy = (...Statement: object[]) => JSON.stringify({ Version: "2012-10-17", Statement });
    for (const text of [
      "not json",
      "[]",
      policy({ ...statement, Effect: "Maybe" }),
      policy({ ...statement, Principal: undefined }),
      policy({ ...statement, Condition: { StringIs: { "aws:SourceArn": "a" } } }),
    ])
      await expect(set(text), text).rejects.toMatchObject({ name: "InvalidAttributeValue" });
    await set(policy(statement));
    await set("");
    const names = new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["Policy"] });
    expect((await world.sqs.send(names)).Attributes?.Policy).toBeUndefined();
  },
);

/** A queue with a long backlog of one group, of which so many messages are in flight. */
async function aNoisyQueue(world: World, inFlight: number) {
  const queue = await aQueue(world);
  for (let first = 0; first < 60; first += 10) {
    const Entries = Array.from({ length: 10 }, (_, index) => ({
      Id: String(index),
      MessageBody: `bulk ${first + index}`,
      MessageGroupId: "bulk",
    }));
    const { Successful = [] } = await queue.sendBatch(Entries);
    expect(Successful).toHaveLength(10);
  }
  for (let count = 0; count < inFlight; count += 10) await queue.receive({ MaxNumberOfMessages: 10 });
  return queue;
}

behaviour(
  "A group that has most in flight waits for the messages of quiet ones, and is not lost",
  "SQS guide: Fair queues",
  async (world) => {
    const queue = await aNoisyQueue(world, 30);
    await queue.send("another's", { MessageGroupId: "ada" });
    await queue.send("a third's");
    const bodies = (await queue.receive({ MaxNumberOfMessages: 10 })).map(({ Body }) => Body);
    expect(bodies.slice(0, 2)).toEqual(["another's", "a third's"]);
    expect(bodies.slice(2)).toEqual(Array.from({ length: 8 }, (_, index) => `bulk ${30 + index}`));
    const [{ Attributes } = {}] = await queue.receive();
    expect(Attributes?.MessageGroupId).toBe("bulk");
  },
  { needs: "emulator" },
);

behaviour(
  "Groups of which none is noisy are served in the order of arrival",
  "SQS guide: Fair queues",
  async (world) => {
    const queue = await aNoisyQueue(world, 20);
    await queue.send("another's", { MessageGroupId: "ada" });
    expect((await queue.receiveOne()).Body).toBe("bulk 20");
  },
  { needs: "emulator" },
);

behaviour(
  "A group whose few messages take most of the time is noisy too, until its backlog is gone",
  "SQS guide: Fair queues",
  async (world) => {
    const queue = await aQueue(world);
    for (const body of ["slow 1", "slow 2", "slow 3"]) await queue.send(body, { MessageGroupId: "slow" });
    const first = await queue.receiveOne();
    await world.passSeconds(5);
    await queue.send("quick", { MessageGroupId: "ada" });
    expect((await queue.receiveOne()).Body).toBe("quick");
    await queue.delete(first.ReceiptHandle);
    for (const body of ["slow 2", "slow 3"]) {
      const next = await queue.receiveOne();
      expect(next.Body).toBe(body);
      await queue.delete(next.ReceiptHandle);
    }
    await queue.send("slow 4", { MessageGroupId: "slow" });
    await queue.send("quick 2", { MessageGroupId: "bob" });
    expect((await queue.receiveOne()).Body).toBe("slow 4");
  },
  { needs: "emulator" },
);

behaviour("A message group's id has at most 128 characters", "SQS API: SendMessage", async (world) => {
  const queue = await aQueue(world);
  await queue.send("short", { MessageGroupId: "x".repeat(128) });
  await expect(queue.send("long", { MessageGroupId: "x".repeat(129) })).rejects.toThrow("MessageGroupId");
  await expect(queue.send("spaced", { MessageGroupId: "a b" })).rejects.toThrow("MessageGroupId");
});
