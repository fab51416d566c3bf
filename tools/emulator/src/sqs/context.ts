// What every action works with, and the queue that a request names.
import { missingParameter, queueDoesNotExist } from "./errors.ts";
import type { MessageQueue } from "./queue.ts";
import type { QueueStore } from "./store.ts";
import type { Input } from "./validation.ts";

export type Context = {
  readonly store: QueueStore;
  readonly region: string;
  readonly accountId: string;
  /** The address that the client asked; undefined for a request of this process. */
  readonly host: string | undefined;
  /** Aborted when the client hangs up. */
  readonly signal: AbortSignal;
};

export type Action = (input: Input, context: Context) => unknown;

/** The queue of the request, without the messages that are past their retention period. */
export function queueIn({ QueueUrl }: Input, { region, store }: Context): MessageQueue {
  if (typeof QueueUrl !== "string" || QueueUrl === "") throw missingParameter("QueueUrl");
  const named = /^https?:\/\/sqs\.([^.]+)\./.exec(QueueUrl)?.[1] ?? region;
  const queue = named === region ? store.named(QueueUrl.slice(QueueUrl.lastIndexOf("/") + 1)) : undefined;
  if (!queue) throw queueDoesNotExist();
  queue.expire(Date.now());
  return queue;
}

/** The queue's URL at the address that the client asked, which need not be the one that it was created at. */
export function urlOf({ url }: MessageQueue, { host }: Context): string {
  return host === undefined ? url : url.replace(/^http:\/\/[^/]*/, `http://${host}`);
}
