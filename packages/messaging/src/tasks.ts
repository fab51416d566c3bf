// Sends tasks to a queue of the function's own service, reads every answer, and fails if one was refused.
import {
  SendMessageBatchCommand,
  type SendMessageBatchRequestEntry,
  type SQSClient,
} from "@aws-sdk/client-sqs";
import { carriable } from "./carriable.ts";
import { again, retry } from "./retry.ts";

export type Task = {
  readonly body: object;
  /** Whose task it is: SQS gives each group its turn (SQS developer guide, "Amazon SQS fair queues"). */
  readonly group?: string;
  /** The task is hidden for so long, at most 900. */
  readonly delaySeconds?: number;
};

/** Resolves once the queue has all. Throws TasksNotSent if it refused one. */
export type SendTasks = (tasks: readonly Task[]) => Promise<void>;

/** SQS's limits of a batch (SQS developer guide, "Amazon SQS message quotas"). */
const MAXIMUM_ENTRIES = 10;
const MAXIMUM_BYTES = 1024 * 1024;
const ATTEMPTS = 3;

export function createTaskSender(options: { client: Pick<SQSClient, "send">; queueUrl: string }): SendTasks {
  return async (tasks) => {
    for (const batch of batchesOf(tasks)) await sendAll(options, batch);
  };
}

async function sendAll(
  { client, queueUrl: QueueUrl }: { client: Pick<SQSClient, "send">; queueUrl: string },
  batch: SendMessageBatchRequestEntry[],
): Promise<void> {
  let left = batch;
  let codes: string[] = [];
  await retry<void>({ attempts: ATTEMPTS, exhausted: () => new TasksNotSent(codes) }, async () => {
    const { Failed = [] } = await client.send(new SendMessageBatchCommand({ QueueUrl, Entries: left }));
    if (Failed.length === 0) return;
    codes = Failed.map(({ Code = "Unknown" }) => Code);
    left = left.filter(({ Id }) => Failed.some((each) => each.Id === Id));
    return again;
  });
}

/** In order, each within SQS's limits. */
function batchesOf(tasks: readonly Task[]): SendMessageBatchRequestEntry[][] {
  const batches: SendMessageBatchRequestEntry[][] = [];
  let bytes = 0;
  for (const [index, { body, delaySeconds, group }] of tasks.entries()) {
    const MessageBody = carriable(JSON.stringify(body));
    const entry = {
      Id: String(index),
      MessageBody,
      ...(group !== undefined && { MessageGroupId: group }),
      ...(delaySeconds !== undefined && { DelaySeconds: delaySeconds }),
    };
    const size = Buffer.byteLength(MessageBody);
    const batch = batches.at(-1);
    if (batch && batch.length < MAXIMUM_ENTRIES && bytes + size <= MAXIMUM_BYTES) {
      batch.push(entry);
      bytes += size;
    } else {
      batches.push([entry]);
      bytes = size;
    }
  }
  return batches;
}

/** The queue did not take some tasks; all are sent again, and each is done once. */
export class TasksNotSent extends Error {
  override readonly name = "TasksNotSent";
  constructor(codes: readonly string[]) {
    super(`The queue refused ${codes.length} task(s): ${[...new Set(codes)].join(", ")}.`);
  }
}
