// How long a message lives: until it is deleted by its latest receipt handle, or its queue's retention is over.
// Source: SQS API reference, "DeleteMessage"; developer guide, "Amazon SQS message lifecycle" and dead-letter queues.
import type { SqsMessage, SqsQueue } from "./fauxqs.ts";

/** The handle each message was last received with; a message that nobody holds any more takes its entry along. */
const latest = new WeakMap<SqsMessage, string>();

/** To be called with the answer of every receive. */
export function noteReceipts(queue: SqsQueue, result: unknown): void {
  const { Messages = [] } = (result ?? {}) as { Messages?: { ReceiptHandle: string }[] };
  for (const { ReceiptHandle } of Messages) {
    const entry = queue.inflightMessages.get(ReceiptHandle);
    if (entry) latest.set(entry.message, ReceiptHandle);
  }
}

/** Deletes a message that became visible again, if it was not received since: its handle is still the latest. */
export function deleteVisible(queue: SqsQueue, receiptHandle: string): void {
  if (queue.inflightMessages.has(receiptHandle)) return; // As nearly always: nothing to look for among the others.
  const index = queue.messages.findIndex((message) => latest.get(message) === receiptHandle);
  const [message] = index === -1 ? [] : queue.messages.splice(index, 1);
  if (message) queue.persistence?.deleteMessage(message.messageId);
}

/** When each queue was last looked through, which with a long queue takes too long to do at every request. */
const lookedThroughAt = new WeakMap<SqsQueue, number>();
const LOOK_EVERY_MILLISECONDS = 1000;

/** Deletes what is older than the queue keeps it, counted from when it was first sent, to whichever queue. */
export function deleteExpired(queue: SqsQueue, now: number): void {
  if (Math.abs(now - (lookedThroughAt.get(queue) ?? 0)) < LOOK_EVERY_MILLISECONDS) return;
  lookedThroughAt.set(queue, now);
  const before = now - Number(queue.attributes.MessageRetentionPeriod) * 1000;
  const isOld = (message: SqsMessage) => message.sentTimestamp <= before;
  const forget = (message: SqsMessage) => queue.persistence?.deleteMessage(message.messageId);
  if (queue.messages.some(isOld)) {
    queue.messages.filter(isOld).forEach(forget);
    queue.messages = queue.messages.filter((message) => !isOld(message));
  }
  for (const [handle, { message }] of queue.inflightMessages) {
    if (!isOld(message)) continue;
    forget(message);
    queue.inflightMessages.delete(handle);
  }
}
