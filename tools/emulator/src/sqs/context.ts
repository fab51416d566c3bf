// What every action works with, and the queue that a request names.
import { missingParameter, queueDoesNotExist } from "./errors.ts";
import type { Input } from "./input.ts";
import type { MessageQueue } from "./queue.ts";
import type { QueueStore } from "./store.ts";

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

/** The queue of the request, as it is at this time; other regions and accounts have none. */
export function queueIn({ QueueUrl }: Input, { accountId, region, store }: Context): MessageQueue {
  if (typeof QueueUrl !== "string" || QueueUrl === "") throw missingParameter("QueueUrl");
  const place = /^https?:\/\/sqs\.([^.]+)\./.exec(QueueUrl)?.[1] ?? region;
  const account = /\/(\d{12})\/[^/]*$/.exec(QueueUrl)?.[1] ?? accountId;
  const isHere = place === region && account === accountId;
  const queue = isHere ? store.named(QueueUrl.slice(QueueUrl.lastIndexOf("/") + 1)) : undefined;
  if (!queue) throw queueDoesNotExist();
  queue.settle(Date.now());
  return queue;
}

/** The queue's URL at the address that the client asked, which need not be the one that it was created at. */
export function urlOf({ url }: MessageQueue, { host }: Context): string {
  return host === undefined ? url : url.replace(/^http:\/\/[^/]*/, `http://${host}`);
}
