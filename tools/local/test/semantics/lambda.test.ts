// Lambda as AWS documents it: what an event source mapping does with the messages of a queue, over the wire.
import {
  CreateQueueCommand,
  type QueueAttributeName,
  SendMessageBatchCommand,
  SendMessageCommand,
} from "@aws-sdk/client-sqs";
import { messagesIn } from "@order-saga/emulator";
import { clientsOf, startForTest } from "@order-saga/emulator/testing";
import type { SQSEvent } from "aws-lambda";
import { beforeAll, beforeEach, describe, expect, onTestFinished, vi } from "vitest";
import { advanceClock, createClockOffset, followClock } from "../../src/clock.ts";
import { queueOfThisProcess } from "../../src/fast-path/queue.ts";
import { type MappingOptions, startMapping } from "../../src/lambda/mapping.ts";
import { queueOverTheWire } from "../../src/lambda/message-source.ts";
import { documented } from "./documented.ts";

const VISIBILITY_SECONDS = 60;
const clock = createClockOffset();
beforeEach(() => followClock(clock));
const later = (seconds: number) => advanceClock(clock, seconds * 1000);

/** How the mapping polls its queue. */
let place: "over the wire" | "in this process";

type Given = Partial<Pick<MappingOptions, "batchSize" | "batchWindowSeconds" | "maximumConcurrency">> & {
  /** What the function answers, in the order of its invocations; then nothing. */
  answers?: ((event: SQSEvent) => unknown)[];
};

async function setUp({ answers = [], ...given }: Given = {}) {
  const endpoint = await startForTest();
  const { sqs } = clientsOf(endpoint);
  const Attributes: Partial<Record<QueueAttributeName, string>> = {
    VisibilityTimeout: String(VISIBILITY_SECONDS),
  };
  const { QueueUrl = "" } = await sqs.send(new CreateQueueCommand({ QueueName: "reaction", Attributes }));
  const events: SQSEvent[] = [];
  const errors: unknown[] = [];
  const source =
    place === "over the wire" ? queueOverTheWire(sqs, QueueUrl) : queueOfThisProcess(endpoint, QueueUrl);
  let received = 0;
  const mapping = startMapping({
    reaction: "test",
    onBatch: () => {},
    source: {
      ...source,
      async receive(...given) {
        const messages = await source.receive(...given);
        received += messages.length;
        return messages;
      },
    },
    queueArn: "arn:aws:sqs:eu-west-1:000000000000:reaction",
    region: "eu-west-1",
    batchSize: 10,
    batchWindowSeconds: 0,
    maximumConcurrency: 10,
    ...given,
    async invoke(event) {
      events.push(event);
      return answers[events.length - 1]?.(event) ?? null;
    },
    onError: (error) => errors.push(error),
  });
  onTestFinished(() => mapping.disable());
  async function send(...bodies: string[]) {
    for (let first = 0; first < bodies.length; first += 10) {
      const Entries = bodies
        .slice(first, first + 10)
        .map((MessageBody, index) => ({ Id: String(index), MessageBody }));
      await sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
    }
  }
  const count = () => endpoint.queues.count("reaction");
  return {
    errors,
    events,
    mapping,
    count,
    sqs,
    QueueUrl,
    bodies: () => events.map(({ Records }) => Records.map(({ body }) => body)),
    send,
    /** All are there when the first is received. */
    async sendAtOnce(...bodies: string[]) {
      await mapping.disable();
      await send(...bodies);
      mapping.enable();
    },
    invoked: (times: number) => vi.waitFor(() => expect(events).toHaveLength(times), { timeout: 15_000 }),
    /** The mapping has them, and has not deleted them. */
    inFlight: (messages: number) =>
      vi.waitFor(() => expect([received >= messages, count().inFlight]).toEqual([true, messages]), {
        timeout: 15_000,
      }),
    empty: () =>
      vi.waitFor(() => expect(count()).toEqual({ ready: 0, delayed: 0, inFlight: 0 }), { timeout: 15_000 }),
  };
}

const names = (length: number) => Array.from({ length }, (_, index) => `message ${index}`);

const BATCHING = "Lambda guide: Batching of SQS messages";
const FAILURES = "Lambda guide: Errors with SQS";
const SCALING = "Lambda guide: Maximum concurrency with SQS";

const ways = ["over the wire", "in this process"] as const;

async function failsWhole(answer: (event: SQSEvent) => unknown) {
  const queue = await setUp({ answers: [answer] });
  await queue.sendAtOnce("a", "b", "c");
  await queue.invoked(1);
  await queue.mapping.disable();
  expect(queue.count()).toEqual({ ready: 0, delayed: 0, inFlight: 3 });
}

describe.each(ways)("%s: batches", (where) => {
  beforeAll(() => {
    place = where;
  });

  documented(
    "Without a window a batch has what one receive found, and no more than its size",
    BATCHING,
    async () => {
      const queue = await setUp({ batchSize: 4, maximumConcurrency: 2 });
      await queue.sendAtOnce(...names(10));
      await queue.empty();
      expect(queue.events.every(({ Records }) => Records.length <= 4)).toBe(true);
      expect(queue.bodies().flat().sort()).toEqual(names(10));
    },
  );

  documented("A window gathers messages until the batch is full", BATCHING, async () => {
    const queue = await setUp({ batchSize: 12, batchWindowSeconds: 300 });
    await queue.send("message 0");
    await queue.inFlight(1);
    await queue.send(...names(11).map((_, index) => `message ${index + 1}`));
    await queue.empty();
    expect(queue.bodies().map((bodies) => bodies.sort())).toEqual([names(12).sort()]);
  });

  documented("A window that is over invokes with what there is", BATCHING, async () => {
    const queue = await setUp({ batchSize: 100, batchWindowSeconds: 20 });
    await queue.send("one");
    await queue.inFlight(1);
    await queue.send("two");
    await queue.inFlight(2);
    expect(queue.events).toEqual([]);
    later(20);
    await queue.invoked(1);
    expect(queue.bodies()).toEqual([["one", "two"]]);
  });

  documented("A batch larger than a receive is deleted whole", BATCHING, async () => {
    const queue = await setUp({ batchSize: 25, batchWindowSeconds: 300 });
    await queue.send(...names(25));
    await queue.invoked(1);
    await queue.empty();
    expect(queue.events[0]?.Records).toHaveLength(25);
  });

  documented("An event stays below 6 MB, whatever the window", BATCHING, async () => {
    const queue = await setUp({ batchSize: 100, batchWindowSeconds: 300 });
    const large = "x".repeat(1_000_000);
    for (let sent = 0; sent < 7; sent++) await queue.send(large);
    await queue.invoked(1);
    const [event] = queue.events;
    const left = 7 - (event?.Records.length ?? 0);
    expect(left).toBeGreaterThan(0);
    expect(JSON.stringify(event).length).toBeLessThan(6 * 1024 * 1024);
    await vi.waitFor(() => expect(messagesIn(queue.count())).toBe(left));
  });
});

describe.each(ways)("%s: disabling and failures", (where) => {
  beforeAll(() => {
    place = where;
  });

  documented("Disabling a mapping ends its window at once, and the batch is run", BATCHING, async () => {
    const queue = await setUp({ batchSize: 100, batchWindowSeconds: 300 });
    await queue.send("one");
    await queue.inFlight(1);
    await queue.mapping.disable();
    expect(queue.bodies()).toEqual([["one"]]);
    expect(queue.count()).toEqual({ ready: 0, delayed: 0, inFlight: 0 });
  });

  const failing =
    (...bodies: string[]) =>
    ({ Records }: SQSEvent) => ({
      batchItemFailures: Records.filter(({ body }) => bodies.includes(body)).map(({ messageId }) => ({
        itemIdentifier: messageId,
      })),
    });

  documented(
    "A reported failure comes back after the visibility timeout with its count; the others are deleted",
    FAILURES,
    async () => {
      const queue = await setUp({ answers: [failing("b")] });
      await queue.sendAtOnce("a", "b", "c");
      await queue.invoked(1);
      await queue.inFlight(1);
      later(VISIBILITY_SECONDS);
      await queue.invoked(2);
      await queue.empty();
      const [record] = queue.events[1]?.Records ?? [];
      expect(record).toMatchObject({ body: "b", attributes: { ApproximateReceiveCount: "2" } });
      expect(queue.errors).toEqual([]);
    },
  );

  documented("A failure that is named twice is one failure", FAILURES, async () => {
    const twice = (event: SQSEvent) => {
      const { batchItemFailures } = failing("b")(event);
      return { batchItemFailures: [...batchItemFailures, ...batchItemFailures] };
    };
    const queue = await setUp({ answers: [twice] });
    await queue.sendAtOnce("a", "b", "c");
    await queue.invoked(1);
    await queue.inFlight(1);
    expect(queue.count()).toEqual({ ready: 0, delayed: 0, inFlight: 1 });
  });

  documented("A function that throws fails the whole batch, of which nothing is deleted", FAILURES, () =>
    failsWhole(() => Promise.reject(new Error("broken"))),
  );

  documented("An answer that is no object fails the whole batch", FAILURES, () => failsWhole(() => "done"));
});

describe.each(ways)("%s: concurrency", (where) => {
  beforeAll(() => {
    place = where;
  });

  documented("An answer that names a message which was not in the batch fails all of it", FAILURES, () =>
    failsWhole(() => ({ batchItemFailures: [{ itemIdentifier: "x" }] })),
  );

  documented("An answer with an empty identifier, or none, fails the whole batch", FAILURES, async () => {
    await failsWhole(() => ({ batchItemFailures: [{ itemIdentifier: "" }] }));
    await failsWhole(() => ({ batchItemFailures: [{ itemIdentifier: null }] }));
    await failsWhole(() => ({ batchItemFailures: [{ id: "message" }] }));
  });

  documented(
    "No answer, an empty object, and an empty or null list are a whole success",
    FAILURES,
    async () => {
      for (const answer of [null, {}, { batchItemFailures: [] }, { batchItemFailures: null }]) {
        const queue = await setUp({ answers: [() => answer] });
        await queue.sendAtOnce("a", "b", "c");
        await queue.invoked(1);
        await queue.empty();
      }
    },
  );

  documented(
    "No more batches run at once than the maximum concurrency, and the rest stay visible",
    SCALING,
    async () => {
      let running = 0;
      let most = 0;
      const release: (() => void)[] = [];
      const hold = async () => {
        most = Math.max(most, ++running);
        await new Promise<void>((resolve) => release.push(resolve));
        running--;
        return null;
      };
      const queue = await setUp({ batchSize: 1, maximumConcurrency: 2, answers: Array(5).fill(hold) });
      await queue.send(...names(5));
      await queue.invoked(2);
      expect(queue.count()).toEqual({ ready: 3, delayed: 0, inFlight: 2 });
      for (let ended = 0; ended < 5; ended++) {
        await vi.waitFor(() => expect(release.length).toBeGreaterThan(0));
        release.shift()?.();
      }
      await queue.empty();
      expect({ most, events: queue.events.length }).toEqual({ most: 2, events: 5 });
    },
  );
});

describe.each(ways)("%s: the record", (where) => {
  beforeAll(() => {
    place = where;
  });

  documented("A record has the fields of the documented example", "Lambda guide: Using SQS", async () => {
    const { QueueUrl, ...queue } = await setUp();
    const text = { DataType: "String", StringValue: "déjà vu" };
    const bytes = { DataType: "Binary", BinaryValue: new Uint8Array([0, 255]) };
    const sent = await queue.sqs.send(
      new SendMessageCommand({ QueueUrl, MessageBody: "hello", MessageAttributes: { text, bytes } }),
    );
    await queue.invoked(1);
    expect(queue.events[0]?.Records[0]).toEqual({
      messageId: sent.MessageId,
      receiptHandle: expect.stringMatching(/./),
      body: "hello",
      attributes: {
        ApproximateReceiveCount: "1",
        SentTimestamp: expect.stringMatching(/^\d{13}$/),
        SenderId: expect.stringMatching(/./),
        ApproximateFirstReceiveTimestamp: expect.stringMatching(/^\d{13}$/),
      },
      messageAttributes: {
        text: { dataType: "String", stringValue: "déjà vu", stringListValues: [], binaryListValues: [] },
        bytes: { dataType: "Binary", binaryValue: "AP8=", stringListValues: [], binaryListValues: [] },
      },
      md5OfBody: "5d41402abc4b2a76b9719d911017c592",
      md5OfMessageAttributes: sent.MD5OfMessageAttributes,
      eventSource: "aws:sqs",
      eventSourceARN: "arn:aws:sqs:eu-west-1:000000000000:reaction",
      awsRegion: "eu-west-1",
    });
  });
});
