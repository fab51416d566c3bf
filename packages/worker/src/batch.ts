// One batch: the function is called as Lambda calls it, and exactly what it settled is deleted.
import type { Message } from "@aws-sdk/client-sqs";
import type { Log } from "@order-saga/messaging";
import type { ReactionHandler } from "@order-saga/messaging/reaction";
import type { Context, SQSRecord } from "aws-lambda";
import { failedIds } from "./batch-response.ts";
import type { Clock } from "./clock.ts";
import { keepHidden, nameOf } from "./heartbeat.ts";
import type { Queue, QueueSettings } from "./queue.ts";
import { toRecord } from "./record.ts";

export type BatchOptions = {
  readonly handler: ReactionHandler;
  readonly queue: Queue;
  readonly settings: QueueSettings;
  readonly region: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly contextOf: () => Context;
  /** After so long a batch is given up: it is no more waited for, and its messages come again. */
  readonly longestSeconds: number;
};

export type Outcome = {
  readonly settled: number;
  readonly failed: number;
  /** The function goes on although its batch was given up: only the end of the process ends it. */
  readonly isAbandoned: boolean;
};

/** Never rejects: what goes wrong is said, and what is not deleted comes again. */
export async function runBatch(options: BatchOptions, messages: readonly Message[]): Promise<Outcome> {
  const { queue, region, settings } = options;
  const records = messages.map((message) => toRecord(message, { queueArn: settings.arn, region }));
  const ended = new AbortController();
  const beating = keepHidden(
    options,
    records.map(({ receiptHandle }) => receiptHandle),
    ended.signal,
  );
  const { failed, isAbandoned } = await invoke(options, records, ended.signal);
  ended.abort();
  await beating;
  const settled = records.filter(({ messageId }) => !failed.has(messageId));
  if (settled.length > 0) await deleteAll({ ...options, queue }, settled);
  return { settled: settled.length, failed: failed.size, isAbandoned };
}

class BatchTooLong extends Error {
  override readonly name = "BatchTooLong";
}

/** The ids of the messages that come back: all of them, if the function failed as a whole. */
async function invoke(
  { clock, contextOf, handler, log, longestSeconds }: BatchOptions,
  records: SQSRecord[],
  ended: AbortSignal,
): Promise<{ failed: ReadonlySet<string>; isAbandoned: boolean }> {
  const limit = clock.sleep(longestSeconds * 1000, ended).then(() => {
    throw new BatchTooLong(`A batch still ran after ${longestSeconds} seconds.`);
  });
  limit.catch(() => {});
  try {
    const answer = await Promise.race([called(handler, records, contextOf()), limit]);
    return { failed: failedIds(answer, records), isAbandoned: false };
  } catch (error) {
    log("error", "a batch failed as a whole and will come again", {
      count: records.length,
      errorName: nameOf(error),
    });
    const failed = new Set(records.map(({ messageId }) => messageId));
    return { failed, isAbandoned: error instanceof BatchTooLong };
  }
}

/** A handler that throws before it returns a promise fails its batch and not the worker. */
const called = async (handler: ReactionHandler, Records: SQSRecord[], context: Context): Promise<unknown> =>
  handler({ Records }, context);

/** Not deleted means delivered again, which every reaction bears; it is still worth a line. */
async function deleteAll({ log, queue }: BatchOptions, settled: readonly SQSRecord[]): Promise<void> {
  try {
    const refused = await queue.delete(settled.map(({ receiptHandle }) => receiptHandle));
    if (refused.length > 0)
      log("warn", "messages were not deleted and will come again", {
        count: refused.length,
        errorName: refused[0] ?? "",
      });
  } catch (error) {
    log("warn", "a deletion failed, and its messages will come again", {
      count: settled.length,
      errorName: nameOf(error),
    });
  }
}
