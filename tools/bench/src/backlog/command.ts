// `pnpm bench backlog`: a long queue drains as fast as a short one, and a slow reaction slows no other.
import { writeFile } from "node:fs/promises";
import { SQSClient } from "@aws-sdk/client-sqs";
import { command, type Values } from "@order-saga/arguments";
import { type AwsEndpoint, startAwsEndpoint } from "@order-saga/emulator";
import { queueOfThisProcess } from "@order-saga/local/fast-path/queue";
import { startMapping } from "@order-saga/local/lambda/mapping";
import { bars } from "../chart.ts";
import { machine } from "../machine.ts";
import { median } from "../statistics.ts";
import { createQueue, type Queue, temporaryState } from "./queue.ts";

type Queues = AwsEndpoint["queues"];

const neverAborted = new AbortController().signal;

/** Messages per drain that is measured: as many as the short queue holds. */
const SLICE = 500;
/** SQS's limits (API reference, SendMessage and ReceiveMessage), so that nothing becomes ready meanwhile. */
const LONGEST_DELAY_SECONDS = 900;
const LONGEST_HIDDEN_SECONDS = 43_200;

const options = {
  messages: { kind: "whole", least: SLICE, default: 50_000, says: "how long the queue is" },
  rounds: { kind: "whole", least: 1, default: 3, says: "how often each drain is measured" },
  json: { kind: "text", value: "FILE", says: "where every number is written" },
} as const;

export const backlog = command(
  {
    name: "pnpm bench backlog",
    says: "How a long queue drains, and five reactions beside a slow one.",
    options,
  },
  measureAll,
);

export type BacklogResult = {
  persisted: boolean;
  messages: number;
  /** Messages a second, while the queue is as long as it can be and while it holds `SLICE`. */
  long: number;
  short: number;
  /** The median of the ratios of neighbouring rounds. */
  ratio: number;
  /** Messages a second of the short queue, beside `messages` in flight, and beside as many delayed. */
  besideInFlight: number;
  besideDelayed: number;
  /** Messages a second of five reactions beside a sixth that takes a second each, and without it. */
  besideSlow: number;
  alone: number;
};

async function measureAll({ json, messages, rounds }: Values<typeof options>): Promise<number> {
  const results: BacklogResult[] = [];
  for (const persisted of [false, true]) results.push(await measure(persisted, messages, rounds));
  console.log(print(results, rounds));
  if (json !== undefined)
    await writeFile(json, `${JSON.stringify({ machine: machine(), rounds, results }, null, 2)}\n`);
  return 0;
}

async function measure(persisted: boolean, messages: number, rounds: number): Promise<BacklogResult> {
  const state = temporaryState(persisted);
  const aws = await startAwsEndpoint({ port: 0, directory: state.directory });
  const sqs = new SQSClient({
    region: "eu-west-1",
    endpoint: aws.url,
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
  });
  const { queues } = aws;
  try {
    const [long, short] = [await createQueue(sqs, "long"), await createQueue(sqs, "short")];
    await fill(queues, long, messages);
    const [inFlight, delayed] = [await createQueue(sqs, "in-flight"), await createQueue(sqs, "delayed")];
    await fill(queues, delayed, messages, LONGEST_DELAY_SECONDS);
    await fill(queues, inFlight, messages);
    await hide(queues, inFlight, messages);
    const rates = {
      long: [] as number[],
      short: [] as number[],
      inFlight: [] as number[],
      delayed: [] as number[],
    };
    await fill(queues, short, SLICE);
    await drain(queues, short, SLICE, 0); // The first round is for the compiler.
    for (let round = 0; round < rounds; round++) {
      await fill(queues, short, SLICE);
      rates.short.push(await drain(queues, short, SLICE, 0));
      rates.long.push(await drain(queues, long, SLICE, 0));
      await fill(queues, inFlight, SLICE);
      rates.inFlight.push(await drain(queues, inFlight, SLICE, 0));
      await fill(queues, delayed, SLICE);
      rates.delayed.push(await drain(queues, delayed, SLICE, 0));
    }
    const slow = await createQueue(sqs, "slow");
    await fill(queues, slow, SLICE);
    const others = await Promise.all(["a", "b", "c", "d", "e"].map((name) => createQueue(sqs, name)));
    const alone = await drainAll(aws, others);
    const holding = mapping(queues, slow, () => new Promise((resolve) => setTimeout(resolve, 1000)));
    const besideSlow = await drainAll(aws, others);
    await holding.disable();
    return {
      persisted,
      messages,
      long: median(rates.long),
      short: median(rates.short),
      ratio: median(rates.long.map((rate, round) => rate / (rates.short[round] ?? Number.NaN))),
      besideInFlight: median(rates.inFlight),
      besideDelayed: median(rates.delayed),
      besideSlow,
      alone,
    };
  } finally {
    await aws.stop();
    state.remove();
  }
}

/** Messages a second over several queues at once. */
async function drainAll(aws: AwsEndpoint, queues: readonly Queue[]): Promise<number> {
  for (const queue of queues) await fill(aws.queues, queue, SLICE);
  const begun = performance.now();
  await Promise.all(queues.map((queue) => drain(aws.queues, queue, SLICE, 1)));
  return (queues.length * SLICE * 1000) / (performance.now() - begun);
}

async function fill(
  queues: Queues,
  { url: QueueUrl }: Queue,
  messages: number,
  DelaySeconds = 0,
): Promise<void> {
  const body = JSON.stringify({ detail: { orderId: "ord_0", note: "x".repeat(600) } });
  for (let sent = 0; sent < messages; sent += 10) {
    const Entries = Array.from({ length: 10 }, (_, index) => ({
      Id: String(index),
      MessageBody: body,
      DelaySeconds,
    }));
    await queues.call("SendMessageBatch", { QueueUrl, Entries }, neverAborted);
  }
}

/** Receives so many and leaves them in flight. */
async function hide(queues: Queues, { url }: Queue, messages: number): Promise<void> {
  const asked = { QueueUrl: url, MaxNumberOfMessages: 10, VisibilityTimeout: LONGEST_HIDDEN_SECONDS };
  for (let hidden = 0; hidden < messages; hidden += 10)
    await queues.call("ReceiveMessage", asked, neverAborted);
}

/** Messages a second until so many are settled, by the mapping the laptop uses. */
async function drain(queues: Queues, queue: Queue, messages: number, milliseconds: number): Promise<number> {
  const { promise: done, resolve } = Promise.withResolvers<void>();
  let settled = 0;
  const begun = performance.now();
  const running = mapping(queues, queue, async (records) => {
    if (milliseconds > 0) await new Promise((awake) => setTimeout(awake, milliseconds));
    settled += records;
    if (settled >= messages) resolve();
  });
  await done;
  const seconds = (performance.now() - begun) / 1000;
  await running.disable();
  return settled / seconds;
}

function mapping(queues: Queues, { url, arn }: Queue, work: (records: number) => Promise<unknown>) {
  return startMapping({
    reaction: "bench",
    source: queueOfThisProcess({ queues, refuse: () => undefined }, url),
    queueArn: arn,
    region: "eu-west-1",
    batchSize: 10,
    batchWindowSeconds: 0,
    maximumConcurrency: 5,
    invoke: async ({ Records }) => {
      await work(Records.length);
      return { batchItemFailures: [] };
    },
    onError: (error) => {
      throw error;
    },
    onBatch: () => {},
  });
}

function print(results: readonly BacklogResult[], rounds: number): string {
  const rate = (value: number) => `${value.toFixed(0)}/s`;
  const sections = results.map(({ messages, persisted, ...each }) =>
    [
      `${persisted ? "Persisted" : "In memory"}, ${SLICE} messages settled`,
      bars([
        {
          label: `${messages} waiting`,
          value: each.long,
          text: `${rate(each.long)}  (${each.ratio.toFixed(2)})`,
        },
        { label: `${SLICE} waiting`, value: each.short, text: rate(each.short) },
        {
          label: `the same beside ${messages} in flight`,
          value: each.besideInFlight,
          text: rate(each.besideInFlight),
        },
        {
          label: `the same beside ${messages} delayed`,
          value: each.besideDelayed,
          text: rate(each.besideDelayed),
        },
        { label: "five reactions beside a slow one", value: each.besideSlow, text: rate(each.besideSlow) },
        { label: "five reactions without it", value: each.alone, text: rate(each.alone) },
      ]),
      "",
    ].join("\n"),
  );
  return [`Backlog, medians of ${rounds} rounds (${machine().summary})`, "", ...sections].join("\n");
}
