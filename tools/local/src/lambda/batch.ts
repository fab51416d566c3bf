// Collects a batch of messages as an SQS event-source mapping does: until it is full, or its window is over.
import type { Message } from "@aws-sdk/client-sqs";
import { LONGEST_POLL_SECONDS, MOST_AT_ONCE } from "./message-source.ts";

export type BatchLimits = {
  /** At most 10, or 10,000 with a window (Lambda API reference, "CreateEventSourceMapping"). */
  batchSize: number;
  /** How long to wait for more after the first message; 0 takes what is there. */
  batchWindowSeconds: number;
};

/** Resolves with at most `most` messages, or none when `waitSeconds` are over. */
export type Receive = (most: number, waitSeconds: number) => Promise<Message[]>;

/** A batch whose event is larger is split (Lambda developer guide, "Batching behavior": 6 MB). */
export const MAXIMUM_PAYLOAD_BYTES = 6 * 1024 * 1024;
/** What the next messages may add at most: one receive is 1 MiB in all, and more in JSON. */
const ROOM_BYTES = 2 * 1024 * 1024;

export async function collectBatch(
  { batchSize, batchWindowSeconds }: BatchLimits,
  receive: Receive,
  now: () => number,
  isStopping: () => boolean,
): Promise<Message[]> {
  const batch = await receive(Math.min(batchSize, MOST_AT_ONCE), LONGEST_POLL_SECONDS);
  if (batchWindowSeconds === 0) return batch;
  const until = now() + batchWindowSeconds * 1000;
  let bytes = sizeOf(batch);
  while (batch.length > 0 && batch.length < batchSize && bytes < MAXIMUM_PAYLOAD_BYTES - ROOM_BYTES) {
    if (now() >= until || isStopping()) break;
    // Short waits, so that a clock that is moved ends the window too.
    const more = await receive(Math.min(batchSize - batch.length, MOST_AT_ONCE), 1);
    batch.push(...more);
    bytes += sizeOf(more);
  }
  return batch;
}

/** About what the messages take in the event: every record repeats a kilobyte of its own. */
function sizeOf(messages: readonly Message[]): number {
  return messages.reduce((sum, { Body = "" }) => sum + Buffer.byteLength(JSON.stringify(Body)) + 1024, 0);
}
