// A worker's loop over a queue in place of an event-source mapping, around the laptop's own functions.
import type { SQSClient } from "@aws-sdk/client-sqs";
import { silentLog } from "@order-saga/messaging";
import { failedIds } from "@order-saga/worker/batch-response";
import { processClock } from "@order-saga/worker/clock";
import { type Consumer, startConsumer } from "@order-saga/worker/consumer";
import { queueAt } from "@order-saga/worker/queue";
import type { Context, SQSBatchResponse, SQSEvent } from "aws-lambda";
import type { Mapping, MappingOptions } from "./mapping.ts";

/** Switches on and off as a mapping does. */
export function startWorkerLoop(
  options: Omit<MappingOptions, "source">,
  sqs: SQSClient,
  url: string,
): Mapping {
  let consumer: Consumer | undefined;
  const { batchSize, maximumConcurrency, reaction, region } = options;
  const loop: Mapping = {
    batchSize,
    maximumConcurrency,
    async disable() {
      await consumer?.stop(true);
      consumer = undefined;
    },
    enable() {
      consumer ??= startConsumer({
        reaction,
        region,
        batchSize,
        batchesAtOnce: maximumConcurrency,
        queue: queueAt(url, { polls: sqs, other: sqs }, POLL_SECONDS),
        clock: processClock,
        log: Object.assign((_: string, message: string) => options.onError(new Error(message)), {
          with: () => silentLog,
        }),
        longestSeconds: LONGEST_SECONDS,
        // The sandbox makes the function's own.
        contextOf: () => ({}) as Context,
        handler: (event) => told(options, event),
      });
    },
    isEnabled: () => consumer !== undefined,
  };
  loop.enable();
  return loop;
}

const POLL_SECONDS = 20;
const LONGEST_SECONDS = 900;

/** Observers hear of a batch what they hear of a mapping's. */
async function told({ invoke, onBatch, reaction }: Omit<MappingOptions, "source">, event: SQSEvent) {
  const { Records: records } = event;
  onBatch({ reaction, records });
  try {
    const answer = await invoke(event);
    onBatch({ reaction, records, end: { failed: failedIds(answer, records) } });
    return answer as SQSBatchResponse;
  } catch (error) {
    onBatch({
      reaction,
      records,
      end: { failed: new Set(records.map(({ messageId }) => messageId)), error },
    });
    throw error;
  }
}
