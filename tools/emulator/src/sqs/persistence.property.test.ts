// Random operations on queues: after a restart the queues hold the same messages in the same state.
import fc from "fast-check";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { directoryForTest } from "../testing.ts";
import { createQueues, type Queues } from "./queues.ts";

const SEED = Number(process.env.FC_SEED ?? 20261123);

beforeEach(() => void vi.useFakeTimers({ toFake: ["Date"] }));
afterEach(() => void vi.useRealTimers());

type Step =
  | { act: "send"; queue: string; delay: number }
  | { act: "send batch"; queue: string; count: number }
  | { act: "receive"; queue: string; count: number; hidden: number | undefined }
  | { act: "delete" | "give back"; which: number }
  | { act: "hide"; which: number; seconds: number }
  | { act: "wait"; seconds: number }
  | { act: "purge" | "redrive" };

const NAMES = ["orders", "payments", "dead"];
const queue = fc.constantFrom(...NAMES);
const which = fc.nat({ max: 5 });
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ act: fc.constant("send" as const), queue, delay: fc.constantFrom(0, 0, 20) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      act: fc.constant("send batch" as const),
      queue,
      count: fc.integer({ min: 1, max: 4 }),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      act: fc.constant("receive" as const),
      queue,
      count: fc.integer({ min: 1, max: 4 }),
      hidden: fc.option(fc.constantFrom(0, 5, 60), { nil: undefined }),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ act: fc.constantFrom("delete" as const, "give back" as const), which }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ act: fc.constant("hide" as const), which, seconds: fc.constantFrom(1, 40) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ act: fc.constant("wait" as const), seconds: fc.constantFrom(1, 10, 31, 200) }),
  },
  { weight: 1, arbitrary: fc.record({ act: fc.constantFrom("purge" as const, "redrive" as const) }) },
);

type Held = { QueueUrl: string; ReceiptHandle: string };

function actor(queues: Queues) {
  const request = { headers: { host: "localhost" }, signal: new AbortController().signal };
  const held: Held[] = [];
  const call = async (action: string, input: Record<string, unknown>) => {
    const { status, body } = await queues.handle(action, input, request);
    expect(status, `${action}: ${body}`).toBeLessThan(500);
    return JSON.parse(body) as { Messages?: { ReceiptHandle: string }[] };
  };
  const url = (name: string) => `http://localhost/000000000000/${name}`;
  const onHeld = async (action: string, index: number, more = {}) => {
    const [target] = held.splice(index % Math.max(held.length, 1), 1);
    if (target) await call(action, { ...target, ...more });
  };
  return {
    async make(): Promise<void> {
      for (const QueueName of NAMES.toReversed()) {
        const deadLetterTargetArn = "arn:aws:sqs:eu-west-1:000000000000:dead";
        const RedrivePolicy = JSON.stringify({ deadLetterTargetArn, maxReceiveCount: 2 });
        const Attributes = { MessageRetentionPeriod: "300", ...(QueueName !== "dead" && { RedrivePolicy }) };
        await call("CreateQueue", { QueueName, Attributes });
      }
    },
    async take(given: Step): Promise<void> {
      switch (given.act) {
        case "send":
          await call("SendMessage", {
            QueueUrl: url(given.queue),
            MessageBody: "x",
            DelaySeconds: given.delay,
          });
          return;
        case "send batch": {
          const Entries = Array.from({ length: given.count }, (_, Id) => ({
            Id: String(Id),
            MessageBody: `b${Id}`,
          }));
          await call("SendMessageBatch", { QueueUrl: url(given.queue), Entries });
          return;
        }
        case "receive": {
          const QueueUrl = url(given.queue);
          const limits = { MaxNumberOfMessages: given.count, VisibilityTimeout: given.hidden };
          const { Messages = [] } = await call("ReceiveMessage", { QueueUrl, ...limits });
          held.push(...Messages.map(({ ReceiptHandle }) => ({ QueueUrl, ReceiptHandle })));
          return;
        }
        case "delete":
          return onHeld("DeleteMessage", given.which);
        case "give back":
          return onHeld("ChangeMessageVisibility", given.which, { VisibilityTimeout: 0 });
        case "hide":
          return onHeld("ChangeMessageVisibility", given.which, { VisibilityTimeout: given.seconds });
        case "wait":
          vi.setSystemTime(Date.now() + given.seconds * 1000);
          return;
        case "purge":
          await call("PurgeQueue", { QueueUrl: url("payments") });
          return;
        case "redrive":
          await call("StartMessageMoveTask", { SourceArn: "arn:aws:sqs:eu-west-1:000000000000:dead" });
          return;
      }
    },
  };
}

/** The messages of each queue that are within its retention, sorted by id. */
const contents = (queues: Queues) =>
  NAMES.map((name) =>
    queues
      .messages(name)
      .filter(({ sentAt }) => sentAt > Date.now() - 300_000)
      .toSorted((a, b) => (a.messageId < b.messageId ? -1 : 1)),
  );

test("a random history of queues is there after a restart", async () => {
  let most = 0;
  let dead = 0;
  const property = fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40 }), async (steps) => {
    const directory = directoryForTest();
    const options = { directory, region: "eu-west-1", now: () => Date.now() };
    const before = createQueues(options);
    const { make, take } = actor(before);
    await make();
    for (const each of steps) await take(each);
    const held = contents(before);
    before.close();
    const after = createQueues(options);
    expect(contents(after)).toEqual(held);
    after.close();
    most = Math.max(most, held.flat().length);
    dead += held[2]?.length ?? 0;
  });
  await fc.assert(property, { seed: SEED, numRuns: 150 });
  expect(most, `seed ${SEED}`).toBeGreaterThan(5);
  expect(dead, `seed ${SEED}`).toBeGreaterThan(5);
}, 60_000);
