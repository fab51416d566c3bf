// An SQS event-source mapping: receives batches, invokes the function, deletes exactly what it settled.
import type { Message } from "@aws-sdk/client-sqs";
import { failedIds } from "@order-saga/worker/batch-response";
import { toRecord } from "@order-saga/worker/record";
import type { SQSEvent, SQSRecord } from "aws-lambda";
import { collectBatch } from "./batch.ts";
import { type MessageSource, MOST_AT_ONCE } from "./message-source.ts";

/** One invocation over a batch, told when it begins and again, with what became of it, when it is over. */
export type Batch = {
  readonly reaction: string;
  readonly records: readonly SQSRecord[];
  /**
   * Absent while it runs. `failed` has the ids of messages that come back; `error` is what failed the batch
   * as a whole.
   */
  readonly end?: { readonly failed: ReadonlySet<string>; readonly error?: unknown };
};
export type BatchListener = (batch: Batch) => void;

export type MappingOptions = {
  reaction: string;
  source: MessageSource;
  queueArn: string;
  region: string;
  batchSize: number;
  batchWindowSeconds: number;
  /** Batches that run at once; while there are as many, messages wait in the queue. */
  maximumConcurrency: number;
  invoke: (event: SQSEvent) => Promise<unknown>;
  /** The batch failed as a whole, or receiving did; its messages come back after the visibility timeout. */
  onError: (error: unknown) => void;
  onBatch: BatchListener;
};

export type Mapping = {
  readonly batchSize: number;
  readonly maximumConcurrency: number;
  /** Stops receiving, as UpdateEventSourceMapping does; resolves when the batches under way are settled. */
  disable(): Promise<void>;
  enable(): void;
  isEnabled(): boolean;
};

export function startMapping(options: MappingOptions): Mapping {
  let stopping = new AbortController();
  let polling: Promise<void> = Promise.resolve();
  const running = new Set<Promise<void>>();
  const mapping: Mapping = {
    batchSize: options.batchSize,
    maximumConcurrency: options.maximumConcurrency,
    async disable() {
      stopping.abort();
      await polling;
      await Promise.all(running);
    },
    enable() {
      stopping.abort();
      stopping = new AbortController();
      polling = poll(options, stopping.signal, running);
    },
    isEnabled: () => !stopping.signal.aborted,
  };
  mapping.enable();
  return mapping;
}

async function poll(
  options: MappingOptions,
  signal: AbortSignal,
  running: Set<Promise<void>>,
): Promise<void> {
  await described(options, signal);
  while (!signal.aborted) {
    if (running.size >= options.maximumConcurrency) {
      await Promise.race(running);
      continue;
    }
    const messages = await collectBatch(
      options,
      (most, waitSeconds) => receive(options, signal, most, waitSeconds),
      () => Date.now(),
      () => signal.aborted,
    );
    if (messages.length === 0) continue;
    const batch: Promise<void> = runBatch(options, messages)
      .catch(options.onError)
      .finally(() => running.delete(batch));
    running.add(batch);
  }
}

/** Lambda does not poll a queue whose attributes it may not read. */
async function described(options: MappingOptions, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    try {
      return await options.source.describe();
    } catch (error) {
      options.onError(error);
      await aSecond();
    }
  }
}

const aSecond = () => new Promise((resolve) => setTimeout(resolve, 1000));

async function receive(
  options: MappingOptions,
  signal: AbortSignal,
  most: number,
  waitSeconds: number,
): Promise<Message[]> {
  try {
    return await options.source.receive(most, waitSeconds, signal);
  } catch (error) {
    if (signal.aborted) return [];
    options.onError(error);
    await aSecond();
    return [];
  }
}

async function runBatch(options: MappingOptions, messages: readonly Message[]): Promise<void> {
  const Records = messages.map((message) => toRecord(message, options));
  const failed = await invoke(options, Records);
  const settled = messages.filter((message) => !failed.has(message.MessageId ?? ""));
  for (let first = 0; first < settled.length; first += MOST_AT_ONCE)
    await deleteMessages(options, settled.slice(first, first + MOST_AT_ONCE));
}

/** The ids of the messages that come back; rejects if that is the whole batch. */
async function invoke({ onBatch, reaction, ...options }: MappingOptions, records: SQSRecord[]) {
  const tell = (end?: Batch["end"]) => onBatch({ reaction, records, ...(end && { end }) });
  tell();
  try {
    const failed = failedIds(await options.invoke({ Records: records }), records);
    tell({ failed });
    return failed;
  } catch (error) {
    tell({ failed: new Set(records.map(({ messageId }) => messageId)), error });
    throw error;
  }
}

async function deleteMessages(options: MappingOptions, settled: readonly Message[]): Promise<void> {
  const refused = await options.source.delete(settled.map(({ ReceiptHandle }) => ReceiptHandle));
  // Not deleted means delivered again, which every reaction bears; it is still worth a line.
  if (refused.length > 0)
    options.onError(new Error(`SQS did not delete ${refused.length} message(s): ${refused[0]}`));
}
