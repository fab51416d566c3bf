// What time does to a queue that no receive looks at, and to tasks that move its messages.
import {
  CancelMessageMoveTaskCommand,
  ChangeMessageVisibilityBatchCommand,
  CreateQueueCommand,
  DeleteMessageCommand,
  DeleteQueueCommand,
  ListMessageMoveTasksCommand,
  StartMessageMoveTaskCommand,
} from "@aws-sdk/client-sqs";
import { expect } from "vitest";
import { behaviour, onAnEndpoint, type World } from "./behaviour.ts";
import { aQueue, withDeadLetters } from "./queues.ts";

onAnEndpoint();

behaviour(
  "Counts follow visibility timeouts and delays without a receive",
  "SQS, recorded: Queues and messages",
  async (world) => {
    const queue = await aQueue(world, { VisibilityTimeout: "7" });
    for (const DelaySeconds of [0, 0, 3, 900]) await queue.send("x", { DelaySeconds });
    await queue.receive({ MaxNumberOfMessages: 2 });
    expect(await queue.counts()).toEqual([0, 2, 2]);
    await world.passSeconds(3);
    expect(await queue.counts()).toEqual([1, 2, 1]);
    await world.passSeconds(4);
    expect(await queue.counts()).toEqual([3, 0, 1]);
    await world.passSeconds(893);
    expect(await queue.counts()).toEqual([4, 0, 0]);
  },
  { needs: "emulator" },
);

behaviour(
  "Counts leave out what is past its retention",
  "SQS API: SetQueueAttributes",
  async (world) => {
    const queue = await aQueue(world, { MessageRetentionPeriod: "60", VisibilityTimeout: "0" });
    for (const body of ["a", "b", "c"]) await queue.send(body);
    await queue.receiveOne();
    await world.passSeconds(61);
    expect(await queue.counts()).toEqual([0, 0, 0]);
    expect(world.emulator().queues.messages(queue.QueueName)).toEqual([]);
  },
  { needs: "emulator" },
);

behaviour(
  "To change the visibility of a message whose timeout is over is accepted, and hides it no more",
  "SQS, recorded: Queues and messages",
  async (world) => {
    const queue = await aQueue(world, { VisibilityTimeout: "5" });
    for (const body of ["one", "two"]) await queue.send(body);
    const handles = (await queue.receive({ MaxNumberOfMessages: 10 })).map((each) => each.ReceiptHandle);
    await world.passSeconds(5);
    await queue.hideFor(300, handles[0]);
    const Entries = [{ Id: "two", ReceiptHandle: handles[1], VisibilityTimeout: 60 }];
    const batch = new ChangeMessageVisibilityBatchCommand({ QueueUrl: queue.QueueUrl, Entries });
    expect((await world.sqs.send(batch)).Failed ?? []).toEqual([]);
    expect(await queue.counts()).toEqual([2, 0, 0]);
    expect(await queue.receive({ MaxNumberOfMessages: 10 })).toHaveLength(2);
  },
  { needs: "emulator" },
);

behaviour(
  "An older receipt handle changes the visibility of a message that was received again",
  "SQS, recorded: Queues and messages",
  async (world) => {
    const queue = await aQueue(world);
    await queue.send("again");
    const [first] = await queue.receive({ VisibilityTimeout: 0 });
    const [second] = await queue.receive({ VisibilityTimeout: 600 });
    expect(second?.ReceiptHandle).not.toBe(first?.ReceiptHandle);
    await queue.hideFor(0, first?.ReceiptHandle);
    const third = await queue.receiveOne();
    await queue.hideFor(90, first?.ReceiptHandle);
    await world.passSeconds(89);
    expect(await queue.receive()).toEqual([]);
    await queue.delete(third.ReceiptHandle);
    expect(await queue.counts()).toEqual([0, 0, 0]);
  },
  { needs: "emulator" },
);

behaviour(
  "The visibility of a message that is gone cannot be changed",
  "SQS API: ChangeMessageVisibility",
  async (world) => {
    const { dead, queue } = await withDeadLetters(world, 1, { VisibilityTimeout: "0" });
    const refused = { name: "InvalidParameterValue", message: expect.stringContaining("does not exist") };
    await queue.send("deleted");
    const deleted = await queue.receiveOne();
    await queue.delete(deleted.ReceiptHandle);
    await expect(queue.hideFor(0, deleted.ReceiptHandle)).rejects.toMatchObject(refused);
    await queue.send("moved");
    const moved = await queue.receiveOne();
    expect(await queue.receive()).toEqual([]);
    await expect(queue.hideFor(30, moved.ReceiptHandle)).rejects.toMatchObject(refused);
    expect(await dead.counts()).toEqual([1, 0, 0]);
    const Entries = [{ Id: "a", ReceiptHandle: deleted.ReceiptHandle, VisibilityTimeout: 9 }];
    const batch = new ChangeMessageVisibilityBatchCommand({ QueueUrl: queue.QueueUrl, Entries });
    expect((await world.sqs.send(batch)).Failed).toMatchObject([{ Id: "a", Code: "InvalidParameterValue" }]);
  },
);

behaviour(
  "A message is in flight for twelve hours at most, however often its visibility is changed",
  "SQS guide: Visibility timeout",
  async (world) => {
    const queue = await aQueue(world);
    await queue.send("slow");
    const { ReceiptHandle } = await queue.receiveOne();
    await queue.hideFor(43_200, ReceiptHandle);
    await world.passSeconds(3600);
    await expect(queue.hideFor(39_601, ReceiptHandle)).rejects.toMatchObject({
      name: "InvalidParameterValue",
    });
    await queue.hideFor(39_600, ReceiptHandle);
    await world.passSeconds(39_600);
    expect(await queue.receive()).toHaveLength(1);
  },
  { needs: "emulator" },
);

behaviour(
  "A receipt handle is of one queue, and another refuses it",
  "SQS API: DeleteMessage",
  async (world) => {
    const [one, other] = [await aQueue(world), await aQueue(world)];
    await one.send("x");
    const { ReceiptHandle } = await one.receiveOne();
    for (const refused of [other.delete(ReceiptHandle), other.hideFor(0, ReceiptHandle)])
      await expect(refused).rejects.toMatchObject({ name: "ReceiptHandleIsInvalid" });
    const elsewhere = new DeleteMessageCommand({
      QueueUrl: other.QueueUrl,
      ReceiptHandle: `${ReceiptHandle}x`,
    });
    await expect(world.sqs.send(elsewhere)).rejects.toMatchObject({ name: "ReceiptHandleIsInvalid" });
  },
);

behaviour(
  "A dead letter counts the receives of the queue that it came from, and not the one that moved it",
  "SQS, recorded: Queues and messages",
  async (world) => {
    for (const maxReceiveCount of [1, 2, 4]) {
      const { dead, queue } = await withDeadLetters(world, maxReceiveCount, { VisibilityTimeout: "0" });
      await queue.send("bad");
      for (let count = 0; count < maxReceiveCount; count++) await queue.receiveOne();
      expect(await queue.receive()).toEqual([]);
      const { Attributes } = await dead.receiveOne();
      expect(Attributes?.ApproximateReceiveCount).toBe(String(maxReceiveCount + 1));
    }
  },
);

async function tasksOf({ sqs }: World, SourceArn: string) {
  return (await sqs.send(new ListMessageMoveTasksCommand({ SourceArn, MaxResults: 10 }))).Results ?? [];
}

behaviour(
  "A redrive takes along what has become visible since the last receive",
  "SQS API: StartMessageMoveTask",
  async (world) => {
    const { dead, queue } = await withDeadLetters(world, 3);
    for (const DelaySeconds of [0, 0, 0, 20, 900]) await dead.send("letter", { DelaySeconds });
    await dead.receive({ MaxNumberOfMessages: 2, VisibilityTimeout: 30 });
    await dead.receive({ VisibilityTimeout: 0 });
    await world.passSeconds(30);
    const SourceArn = await dead.attribute("QueueArn");
    await world.sqs.send(new StartMessageMoveTaskCommand({ SourceArn }));
    const moved = { ApproximateNumberOfMessagesToMove: 4, ApproximateNumberOfMessagesMoved: 4 };
    expect(await tasksOf(world, SourceArn)).toMatchObject([{ Status: "COMPLETED", ...moved }]);
    expect([await queue.counts(), await dead.counts()]).toEqual([
      [4, 0, 0],
      [0, 0, 1],
    ]);
  },
  { needs: "emulator" },
);

/** A task that has moved one of four messages and waits for its next second. */
async function aSlowRedrive(world: World, more: (queueArn: string) => { DestinationArn?: string }) {
  const { dead, queue } = await withDeadLetters(world, 1, { VisibilityTimeout: "0" });
  const SourceArn = await dead.attribute("QueueArn");
  for (const body of ["a", "b", "c", "d"]) {
    await queue.send(body);
    await queue.receiveOne();
  }
  expect(await queue.receive()).toEqual([]);
  expect(await dead.counts()).toEqual([4, 0, 0]);
  const input = { SourceArn, ...more(await queue.attribute("QueueArn")) };
  await world.sqs.send(new StartMessageMoveTaskCommand({ ...input, MaxNumberOfMessagesPerSecond: 1 }));
  return { dead, queue, SourceArn };
}

behaviour(
  "A move task whose destination is deleted fails, and what it has not moved stays",
  "SQS, recorded: Move tasks",
  async (world) => {
    for (const more of [(DestinationArn: string) => ({ DestinationArn }), () => ({})]) {
      const { dead, queue, SourceArn } = await aSlowRedrive(world, more);
      await world.sqs.send(new DeleteQueueCommand({ QueueUrl: queue.QueueUrl }));
      await expect
        .poll(() => tasksOf(world, SourceArn), { timeout: 5000 })
        .toMatchObject([
          {
            Status: "FAILED",
            FailureReason: "AWS.SimpleQueueService.NonExistentQueue",
            ApproximateNumberOfMessagesMoved: 1,
            ApproximateNumberOfMessagesToMove: 4,
          },
        ]);
      expect(await dead.counts()).toEqual([3, 0, 0]);
    }
  },
);

behaviour(
  "A move task goes on into a queue that was made again under its destination's name",
  "SQS API: StartMessageMoveTask",
  async (world) => {
    const { dead, queue } = await aSlowRedrive(world, (DestinationArn) => ({ DestinationArn }));
    await world.sqs.send(new DeleteQueueCommand({ QueueUrl: queue.QueueUrl }));
    await world.sqs.send(new CreateQueueCommand({ QueueName: queue.QueueName }));
    await expect.poll(() => dead.counts(), { timeout: 10_000 }).toEqual([0, 0, 0]);
    expect(await queue.counts()).toEqual([3, 0, 0]);
  },
  { needs: "emulator" },
);

behaviour(
  "Move tasks refuse queues, handles and numbers that are not there, each by its own error",
  "SQS, recorded: Move tasks",
  async (world) => {
    const { dead, SourceArn } = await aSlowRedrive(world, () => ({}));
    const none = SourceArn.replace(dead.QueueName, world.unique("none"));
    const handle = (content: unknown) => Buffer.from(JSON.stringify(content)).toString("base64");
    const start = (more: object) => world.sqs.send(new StartMessageMoveTaskCommand({ SourceArn, ...more }));
    const list = (more: object) => world.sqs.send(new ListMessageMoveTasksCommand({ SourceArn, ...more }));
    const cancel = (TaskHandle: string) => world.sqs.send(new CancelMessageMoveTaskCommand({ TaskHandle }));
    const refused: [Promise<unknown>, string, number][] = [
      [start({ SourceArn: none }), "ResourceNotFoundException", 404],
      [start({ DestinationArn: none }), "ResourceNotFoundException", 404],
      [start({ DestinationArn: "queue" }), "InvalidParameterValue", 400],
      [start({ MaxNumberOfMessagesPerSecond: 501 }), "InvalidParameterValue", 400],
      [start({}), "InvalidParameterValue", 400],
      [list({ SourceArn: none }), "ResourceNotFoundException", 404],
      [list({ MaxResults: 0 }), "InvalidParameterValue", 400],
      [list({ MaxResults: 12 }), "InvalidParameterValue", 400],
      [cancel("nonsense"), "InvalidParameterValue", 400],
      [cancel(handle(null)), "InvalidParameterValue", 400],
      [cancel(handle({ taskId: "a", sourceArn: none })), "ResourceNotFoundException", 404],
      [cancel(handle({ taskId: "a", sourceArn: SourceArn })), "ResourceNotFoundException", 404],
    ];
    for (const [index, [answer, name, httpStatusCode]] of refused.entries())
      await expect(answer, String(index)).rejects.toMatchObject({ name, $metadata: { httpStatusCode } });
  },
);
