// For the worker's tests: a clock that is moved by hand, and a queue that does what it is told.
import type { Message } from "@aws-sdk/client-sqs";
import { type Log, silentLog } from "@order-saga/messaging";
import { testContext } from "@order-saga/messaging/testing";
import type { SQSEvent } from "aws-lambda";
import { type Consumer, type ConsumerOptions, startConsumer } from "./consumer.ts";

/** Lets everything run that waits for nothing but promises. */
export const settled = () => new Promise<void>((resolve) => setImmediate(resolve));

export function handClock() {
  let now = 0;
  const sleeping = new Set<{ until: number; wake: () => void }>();
  return {
    now: () => now,
    jitter: (longest: number) => longest,
    sleep: (milliseconds: number, signal: AbortSignal) =>
      new Promise<void>((resolve) => {
        if (signal.aborted) return resolve();
        const sleeper = { until: now + milliseconds, wake: resolve };
        sleeping.add(sleeper);
        signal.addEventListener("abort", () => {
          sleeping.delete(sleeper);
          resolve();
        });
      }),
    /** When the next sleeper wakes, in milliseconds from now. */
    next: () => Math.min(...[...sleeping].map(({ until }) => until)) - now,
    async pass(seconds: number) {
      const end = now + seconds * 1000;
      while (true) {
        await settled();
        const [first] = [...sleeping].sort((a, b) => a.until - b.until);
        if (!first || first.until > end) break;
        now = first.until;
        sleeping.delete(first);
        first.wake();
      }
      now = end;
    },
  };
}

export type Polled = Message[] | Error;

/** Answers polls with what is offered, and otherwise waits until the poll is cut off. */
export function fakeQueue(visibilityTimeoutSeconds = 60) {
  const offered: Polled[] = [];
  let waiting: ((polled: Polled) => void) | undefined;
  const done = { polls: [] as number[], deleted: [] as string[], extended: [] as [string[], number][] };
  const refuse = { describe: 0, delete: [] as string[], extend: [] as string[], throws: false };
  return {
    ...done,
    refuse,
    offer(polled: Polled) {
      const wake = waiting;
      waiting = undefined;
      if (wake) wake(polled);
      else offered.push(polled);
    },
    isPolled: () => waiting !== undefined,
    async describe() {
      if (refuse.describe-- > 0) throw new TypeError("no settings");
      return { arn: "arn:aws:sqs:eu-west-1:000000000000:test", visibilityTimeoutSeconds };
    },
    receive(most: number, signal: AbortSignal) {
      done.polls.push(most);
      return new Promise<Message[]>((resolve, reject) => {
        const answer = (polled: Polled) => (polled instanceof Error ? reject(polled) : resolve(polled));
        const first = offered.shift();
        if (first) return answer(first);
        waiting = answer;
        signal.addEventListener("abort", () => reject(new Error("cut off")));
      });
    },
    async delete(handles: readonly string[]) {
      if (refuse.throws) throw new TypeError("not deleted");
      done.deleted.push(...handles);
      return refuse.delete;
    },
    async extend(handles: readonly string[], seconds: number) {
      if (refuse.throws) throw new TypeError("not extended");
      done.extended.push([[...handles], seconds]);
      return refuse.extend;
    },
  };
}

export const messages = (...ids: string[]): Message[] =>
  ids.map((id) => ({
    MessageId: id,
    ReceiptHandle: `receipt-${id}`,
    Body: id,
    Attributes: { SentTimestamp: "0" },
  }));

/** A consumer over both; `handle` is what the function does. */
export function consume(
  handle: (event: SQSEvent) => unknown,
  given: Partial<ConsumerOptions> = {},
  queue = fakeQueue(),
) {
  const clock = handClock();
  const lines: string[] = [];
  const log: Log = Object.assign(
    (level: string, message: string) => void lines.push(`${level}: ${message}`),
    {
      with: () => silentLog,
    },
  );
  const consumer: Consumer = startConsumer({
    reaction: "test",
    queue,
    clock,
    log,
    region: "eu-west-1",
    batchSize: 10,
    batchesAtOnce: 2,
    longestSeconds: 900,
    contextOf: () => testContext,
    handler: async (event) => (await handle(event)) as never,
    ...given,
  });
  return { clock, consumer, lines, queue };
}
