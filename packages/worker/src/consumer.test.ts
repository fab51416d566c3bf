// A consumer of one queue: what it deletes, what comes again, when it polls, and how it stops.
import type { SQSEvent } from "aws-lambda";
import { expect, test } from "vitest";
import { consume, fakeQueue, messages, settled } from "./testing.ts";

test("the function is called with Lambda's event, and what it settled is deleted", async () => {
  const events: SQSEvent[] = [];
  const { consumer, queue } = consume((event) => void events.push(event));
  queue.offer(messages("a", "b"));
  await settled();
  expect(events).toEqual([
    {
      Records: [
        expect.objectContaining({
          messageId: "a",
          body: "a",
          eventSource: "aws:sqs",
          awsRegion: "eu-west-1",
        }),
        expect.objectContaining({ messageId: "b", receiptHandle: "receipt-b" }),
      ],
    },
  ]);
  expect(events[0]?.Records[0]?.eventSourceARN).toBe("arn:aws:sqs:eu-west-1:000000000000:test");
  expect(queue.deleted).toEqual(["receipt-a", "receipt-b"]);
  expect(consumer.state()).toMatchObject({ inFlight: 0, lastSuccess: 0, abandoned: 0 });
});

const failing = (...ids: unknown[]) => ({
  batchItemFailures: ids.map((itemIdentifier) => ({ itemIdentifier })),
});

test.each([
  ["one failed message stays, the others go", failing("a"), ["receipt-b"]],
  ["all failed", failing("a", "b"), []],
  ["an id that was not in the batch fails all of it", failing("c"), []],
  ["an id that is empty fails all of it", failing(""), []],
  ["failures that are no list fail all of it", { batchItemFailures: "a" }, []],
  ["an answer that is no object fails all of it", "done", []],
])("%s", async (_, answer, deleted) => {
  const { queue } = consume(() => answer);
  queue.offer(messages("a", "b"));
  await settled();
  expect(queue.deleted).toEqual(deleted);
});

test("a function that throws gives its whole batch back, and the next batch runs", async () => {
  let calls = 0;
  const { lines, queue } = consume(() => {
    if (calls++ === 0) throw new TypeError("broken");
  });
  queue.offer(messages("a"));
  await settled();
  queue.offer(messages("b"));
  await settled();
  expect(queue.deleted).toEqual(["receipt-b"]);
  expect(lines).toEqual(["error: a batch failed as a whole and will come again"]);
});

test("messages that SQS does not delete are said, and the worker goes on", async () => {
  const { lines, queue } = consume(() => null);
  queue.refuse.delete = ["ReceiptHandleIsInvalid"];
  queue.offer(messages("a"));
  await settled();
  queue.refuse.throws = true;
  queue.offer(messages("b"));
  await settled();
  expect(lines).toEqual([
    "warn: messages were not deleted and will come again",
    "warn: a deletion failed, and its messages will come again",
  ]);
  expect(queue.isPolled()).toBe(true);
});

test("it polls only with room for a batch, and for no more than a batch", async () => {
  const ends: (() => void)[] = [];
  const { queue } = consume(() => new Promise<void>((resolve) => ends.push(resolve)), { batchSize: 3 });
  for (const id of ["a", "b", "c"]) queue.offer(messages(id));
  await settled();
  expect(queue.polls).toEqual([3, 3]);
  ends[0]?.();
  await settled();
  expect(queue.polls).toEqual([3, 3, 3]);
  expect(queue.deleted).toEqual(["receipt-a"]);
});

test("polls that fail come slower and slower, and one that succeeds ends that", async () => {
  const { clock, consumer, lines, queue } = consume(() => null);
  const pauses: number[] = [];
  for (let round = 0; round < 9; round++) {
    queue.offer(new TypeError("refused"));
    await settled();
    pauses.push(clock.next() / 1000);
    await clock.pass(clock.next() / 1000);
  }
  expect(pauses).toEqual([0.4, 0.8, 1.6, 3.2, 6.4, 12.8, 20, 20, 20]);
  expect(consumer.state().failedPolls).toBe(9);
  expect(lines).toHaveLength(9);
  queue.offer(messages("a"));
  await settled();
  expect(consumer.state().failedPolls).toBe(0);
  expect(queue.deleted).toEqual(["receipt-a"]);
});

test("a queue whose settings cannot be read is asked again, and not polled before", async () => {
  const queue = fakeQueue();
  queue.refuse.describe = 2;
  const { clock } = consume(() => null, {}, queue);
  await settled();
  expect(queue.polls).toEqual([]);
  await clock.pass(2);
  expect(queue.polls).toEqual([10]);
});

test("a long batch is kept hidden from half of its visibility timeout on, for as long as it runs", async () => {
  let end = () => {};
  const { clock, queue } = consume(
    () =>
      new Promise<void>((resolve) => {
        end = resolve;
      }),
  );
  queue.offer(messages("a", "b"));
  await clock.pass(29);
  expect(queue.extended).toEqual([]);
  await clock.pass(2);
  expect(queue.extended).toEqual([[["receipt-a", "receipt-b"], 60]]);
  await clock.pass(60);
  expect(queue.extended).toHaveLength(3);
  end();
  await clock.pass(300);
  expect(queue.extended).toHaveLength(3);
  expect(queue.deleted).toEqual(["receipt-a", "receipt-b"]);
});

test("a heartbeat that fails is said, and the next one comes", async () => {
  const { clock, lines, queue } = consume(() => new Promise(() => {}));
  queue.offer(messages("a"));
  queue.refuse.throws = true;
  await clock.pass(31);
  queue.refuse.throws = false;
  queue.refuse.extend = ["InvalidParameterValue"];
  await clock.pass(30);
  expect(lines).toEqual([
    "warn: a heartbeat failed",
    "warn: messages were not kept hidden and may come again",
  ]);
});

test("a batch that never ends is given up: no more heartbeats, nothing deleted, room for others", async () => {
  const { clock, consumer, queue } = consume(
    ({ Records }) => (Records[0]?.body === "a" ? new Promise(() => {}) : null),
    { batchesAtOnce: 1, longestSeconds: 100 },
  );
  queue.offer(messages("a"));
  queue.offer(messages("b"));
  await clock.pass(99);
  expect([consumer.state().abandoned, queue.extended.length, queue.deleted]).toEqual([0, 3, []]);
  await clock.pass(200);
  expect([consumer.state().abandoned, queue.extended.length, queue.deleted]).toEqual([1, 3, ["receipt-b"]]);
});

test("a stop lets the open poll come back, settles what it brought, and polls no more", async () => {
  const { consumer, queue } = consume(() => null);
  await settled();
  const stopped = consumer.stop();
  await settled();
  expect(queue.isPolled()).toBe(true);
  queue.offer(messages("a"));
  await stopped;
  expect([queue.deleted, queue.polls.length, queue.isPolled()]).toEqual([["receipt-a"], 1, false]);
});

test("a stop that is to be quick cuts the open poll, and still settles what runs", async () => {
  let end = () => {};
  const { consumer, lines, queue } = consume(
    () =>
      new Promise<void>((resolve) => {
        end = resolve;
      }),
  );
  queue.offer(messages("a"));
  await settled();
  const stopped = consumer.stop(true);
  await settled();
  expect(queue.deleted).toEqual([]);
  end();
  await stopped;
  expect([queue.deleted, queue.polls.length, lines]).toEqual([["receipt-a"], 2, []]);
});

test("the state says how many are in flight and how old the oldest is", async () => {
  const { clock, consumer, queue } = consume(() => new Promise(() => {}));
  queue.offer(messages("a", "b"));
  await clock.pass(7);
  expect(consumer.state()).toMatchObject({ inFlight: 2, oldestMilliseconds: 7000, lastSuccess: undefined });
});
