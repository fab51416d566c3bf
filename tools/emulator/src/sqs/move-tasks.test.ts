// Redrive over the wire with the real client.
import {
  CancelMessageMoveTaskCommand,
  CreateQueueCommand,
  GetQueueUrlCommand,
  ListMessageMoveTasksCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  type SQSClient,
  StartMessageMoveTaskCommand,
} from "@aws-sdk/client-sqs";
import { expect, onTestFinished, test, vi } from "vitest";
import { clientsOf, directoryForTest, startForTest } from "../testing.ts";

const arn = (name: string) => `arn:aws:sqs:eu-west-1:000000000000:${name}`;

/** A dead-letter queue with `count` messages, and its source. */
async function fillDeadLetters(sqs: SQSClient, count: number): Promise<void> {
  const { QueueUrl } = await sqs.send(
    new CreateQueueCommand({ QueueName: "dead", Attributes: { MessageRetentionPeriod: "1209600" } }),
  );
  const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: arn("dead"), maxReceiveCount: 2 });
  await sqs.send(new CreateQueueCommand({ QueueName: "orders", Attributes: { RedrivePolicy } }));
  for (let index = 0; index < count; index++) {
    const MessageAttributes = { reason: { DataType: "String", StringValue: "poison" } };
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: `m${index}`, MessageAttributes }));
  }
}

async function tasksOf(sqs: SQSClient) {
  const answer = await sqs.send(new ListMessageMoveTasksCommand({ SourceArn: arn("dead"), MaxResults: 10 }));
  return answer.Results ?? [];
}

test("dead letters return to their source with body and attributes, and stay there over a restart", async () => {
  const directory = directoryForTest();
  const endpoint = await startForTest({ directory });
  const { sqs } = clientsOf(endpoint);
  await fillDeadLetters(sqs, 3);
  await sqs.send(new StartMessageMoveTaskCommand({ SourceArn: arn("dead") }));
  const isMoved = { body: "m0", attributes: { reason: "poison" }, receiveCount: 0, state: "ready" };
  expect(endpoint.queues.messages("orders")).toMatchObject([isMoved, { body: "m1" }, { body: "m2" }]);
  expect(endpoint.queues.count("dead").ready).toBe(0);
  expect(await tasksOf(sqs)).toMatchObject([{ Status: "COMPLETED", ApproximateNumberOfMessagesMoved: 3 }]);

  await endpoint.stop();
  const again = await startForTest({ directory });
  expect(again.queues.messages("orders")).toMatchObject([isMoved, { body: "m1" }, { body: "m2" }]);
  expect(again.queues.count("dead").ready).toBe(0);
});

test("what was redriven is a new message: its own id and time of sending, so its retention begins again", async () => {
  const endpoint = await startForTest();
  const { sqs } = clientsOf(endpoint);
  await fillDeadLetters(sqs, 1);
  const [before] = endpoint.queues.messages("dead");
  const DAY_MILLISECONDS = 86_400_000;
  vi.setSystemTime(Date.now() + 13 * DAY_MILLISECONDS);
  onTestFinished(() => void vi.useRealTimers());
  await sqs.send(new StartMessageMoveTaskCommand({ SourceArn: arn("dead") }));
  const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName: "orders" }));
  const { Messages = [] } = await sqs.send(
    new ReceiveMessageCommand({ QueueUrl, MessageSystemAttributeNames: ["SentTimestamp"] }),
  );
  expect(Messages).toMatchObject([{ Body: "m0" }]);
  expect(Messages[0]?.MessageId).not.toBe(before?.messageId);
  const sentAt = Number(Messages[0]?.Attributes?.SentTimestamp);
  expect(sentAt).toBeGreaterThan((before?.sentAt ?? 0) + 12 * DAY_MILLISECONDS);
});

test("a destination of one's own takes the messages instead", async () => {
  const endpoint = await startForTest();
  const { sqs } = clientsOf(endpoint);
  await fillDeadLetters(sqs, 1);
  await sqs.send(new CreateQueueCommand({ QueueName: "elsewhere" }));
  await sqs.send(
    new StartMessageMoveTaskCommand({ SourceArn: arn("dead"), DestinationArn: arn("elsewhere") }),
  );
  expect(endpoint.queues.count("elsewhere").ready).toBe(1);
  expect(endpoint.queues.count("orders").ready).toBe(0);
});

test("a slow task moves its rate and no more, runs alone, and can be cancelled", async () => {
  const endpoint = await startForTest();
  const { sqs } = clientsOf(endpoint);
  await fillDeadLetters(sqs, 3);
  const command = new StartMessageMoveTaskCommand({
    SourceArn: arn("dead"),
    MaxNumberOfMessagesPerSecond: 1,
  });
  const { TaskHandle } = await sqs.send(command);
  expect(endpoint.queues.count("orders").ready).toBe(1);
  expect(await tasksOf(sqs)).toMatchObject([{ Status: "RUNNING", TaskHandle }]);
  await expect(sqs.send(command)).rejects.toThrow("already a task running");
  const cancelled = await sqs.send(new CancelMessageMoveTaskCommand({ TaskHandle }));
  expect(cancelled.ApproximateNumberOfMessagesMoved).toBe(1);
  expect(await tasksOf(sqs)).toMatchObject([{ Status: "CANCELLED" }]);
});

test("only a dead-letter queue can be redriven", async () => {
  const { sqs } = clientsOf(await startForTest());
  await fillDeadLetters(sqs, 0);
  await expect(sqs.send(new StartMessageMoveTaskCommand({ SourceArn: arn("orders") }))).rejects.toThrow(
    "must be configured as a Dead Letter Queue",
  );
  await expect(
    sqs.send(new StartMessageMoveTaskCommand({ SourceArn: arn("nowhere") })),
  ).rejects.toMatchObject({
    name: "ResourceNotFoundException",
  });
});

test("a dead letter goes back to the queue it came from, also after a restart", async () => {
  const directory = directoryForTest();
  const before = await startForTest({ directory });
  const { sqs } = clientsOf(before);
  await sqs.send(new CreateQueueCommand({ QueueName: "dead" }));
  const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: arn("dead"), maxReceiveCount: 1 });
  for (const QueueName of ["orders", "payments"]) {
    const Attributes = { RedrivePolicy, VisibilityTimeout: "0" };
    const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName, Attributes }));
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: `of ${QueueName}` }));
    for (const _ of [1, 2]) await sqs.send(new ReceiveMessageCommand({ QueueUrl }));
  }
  expect(before.queues.count("dead").ready).toBe(2);
  await before.stop();

  const after = await startForTest({ directory });
  await clientsOf(after).sqs.send(new StartMessageMoveTaskCommand({ SourceArn: arn("dead") }));
  const bodies = (name: string) => after.queues.messages(name).map(({ body }) => body);
  expect([bodies("dead"), bodies("orders"), bodies("payments")]).toEqual([
    [],
    ["of orders"],
    ["of payments"],
  ]);
});
