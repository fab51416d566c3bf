// An SQS event-source mapping: receives batches, invokes the function, deletes exactly what it settled.
import {
  DeleteMessageBatchCommand,
  type Message,
  ReceiveMessageCommand,
  type SQSClient,
} from "@aws-sdk/client-sqs";
import type { SQSEvent, SQSRecord } from "aws-lambda";

export type MappingOptions = {
  sqs: SQSClient;
  queueUrl: string;
  queueArn: string;
  region: string;
  batchSize: number;
  maximumConcurrency: number;
  invoke: (event: SQSEvent) => Promise<unknown>;
  /** The batch failed as a whole, or receiving did; its messages come back after the visibility timeout. */
  onError: (error: unknown) => void;
};

export type Mapping = {
  readonly batchSize: number;
  readonly maximumConcurrency: number;
  /** Stops receiving, as UpdateEventSourceMapping does; resolves when the batches under way are settled. */
  disable(): Promise<void>;
  enable(): void;
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
  };
  mapping.enable();
  return mapping;
}

async function poll(
  options: MappingOptions,
  signal: AbortSignal,
  running: Set<Promise<void>>,
): Promise<void> {
  while (!signal.aborted) {
    if (running.size >= options.maximumConcurrency) {
      await Promise.race(running);
      continue;
    }
    const messages = await receive(options, signal);
    if (messages.length === 0) continue;
    const batch: Promise<void> = runBatch(options, messages)
      .catch(options.onError)
      .finally(() => running.delete(batch));
    running.add(batch);
  }
}

async function receive(options: MappingOptions, signal: AbortSignal): Promise<Message[]> {
  try {
    const answer = await options.sqs.send(
      new ReceiveMessageCommand({
        QueueUrl: options.queueUrl,
        MaxNumberOfMessages: Math.min(options.batchSize, 10),
        WaitTimeSeconds: 20,
        MessageSystemAttributeNames: ["All"],
        MessageAttributeNames: ["All"],
      }),
      { abortSignal: signal },
    );
    return answer.Messages ?? [];
  } catch (error) {
    if (signal.aborted) return [];
    options.onError(error);
    await new Promise((resolve) => setTimeout(resolve, 1000));
    return [];
  }
}

async function runBatch(options: MappingOptions, messages: readonly Message[]): Promise<void> {
  const Records = messages.map((message) => toRecord(message, options));
  const result = await options.invoke({ Records });
  const failed = failedIds(result, Records);
  const settled = messages.filter((message) => !failed.has(message.MessageId ?? ""));
  if (settled.length === 0) return;
  const answer = await options.sqs.send(
    new DeleteMessageBatchCommand({
      QueueUrl: options.queueUrl,
      Entries: settled.map((message, index) => ({ Id: String(index), ReceiptHandle: message.ReceiptHandle })),
    }),
  );
  const [refused] = answer.Failed ?? [];
  // Not deleted means delivered again, which every reaction bears; it is still worth a line.
  if (refused)
    options.onError(new Error(`SQS did not delete ${answer.Failed?.length} message(s): ${refused.Code}`));
}

/**
 * The message ids a batch's answer names as failed. An empty or absent answer is a whole success; an answer
 * that names no known message fails the batch (Lambda developer guide, "Reporting batch item failures").
 */
export function failedIds(result: unknown, records: readonly SQSRecord[]): Set<string> {
  const all = new Set(records.map((record) => record.messageId));
  if (result === null || result === undefined) return new Set();
  const failures = (result as { batchItemFailures?: unknown }).batchItemFailures;
  if (failures === null || failures === undefined) return new Set();
  if (!Array.isArray(failures)) return all;
  const ids = failures.map((each: { itemIdentifier?: unknown } | null) => each?.itemIdentifier);
  const known = ids.every((id) => typeof id === "string" && all.has(id));
  return known ? new Set(ids as string[]) : all;
}

function toRecord(message: Message, options: MappingOptions): SQSRecord {
  const attributes = message.Attributes ?? {};
  return {
    messageId: message.MessageId ?? "",
    receiptHandle: message.ReceiptHandle ?? "",
    body: message.Body ?? "",
    attributes: {
      ...attributes,
      ApproximateReceiveCount: attributes.ApproximateReceiveCount ?? "1",
      SentTimestamp: attributes.SentTimestamp ?? "0",
      SenderId: attributes.SenderId ?? "",
      ApproximateFirstReceiveTimestamp: attributes.ApproximateFirstReceiveTimestamp ?? "0",
    },
    messageAttributes: Object.fromEntries(
      Object.entries(message.MessageAttributes ?? {}).map(([name, value]) => [
        name,
        {
          dataType: (value.DataType ?? "String") as "String",
          ...(value.StringValue !== undefined && { stringValue: value.StringValue }),
        },
      ]),
    ),
    md5OfBody: message.MD5OfBody ?? "",
    eventSource: "aws:sqs",
    eventSourceARN: options.queueArn,
    awsRegion: options.region,
  };
}
