// Tells a redrive whether the first attempt at a message failed.
import type { Batch } from "@order-saga/local/lambda/mapping";

export type AttemptEnds = ReturnType<typeof createAttemptEnds>;

export function createAttemptEnds() {
  const waiting = new Map<string, (hasFailed: boolean) => void>();
  /** An attempt can end before SQS has answered with the id of its message. */
  const ended = new Map<string, boolean>();
  return {
    batchChanged({ end, records }: Batch): void {
      if (!end) return;
      for (const { messageId } of records) {
        ended.set(messageId, end.failed.has(messageId));
        waiting.get(messageId)?.(end.failed.has(messageId));
      }
    },
    hasFailed: (messageId: string) =>
      new Promise<boolean>((resolve) => {
        waiting.set(messageId, resolve);
        const known = ended.get(messageId);
        if (known !== undefined) resolve(known);
      }),
    stopWaiting: (messageId: string) => void waiting.delete(messageId),
    forget: () => ended.clear(),
  };
}
