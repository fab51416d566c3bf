// Writes each new dead letter into the history of its order, and counts those of each order.
import { EXHAUSTED } from "@order-saga/dead-letters/dead-letters";
import type { KnownLetter } from "@order-saga/dead-letters/letter-index";
import type { Slices } from "@order-saga/emulator/slices";
import { iso } from "./iso.ts";
import type { Recorder } from "./recorder.ts";

type Parts = {
  recorder: Recorder;
  now: () => number;
  /** True for a queue of what reactions gave up, which a function parks itself or SQS moves. */
  isDeadLetterQueue: (queue: string) => boolean;
};

export function createDeadLetterNotes({ isDeadLetterQueue, now, recorder }: Parts) {
  const counts = new Map<string, number>();
  const noted = new Set<string>();
  let hasLooked = false;

  function note(letter: KnownLetter): void {
    const { cause, messageId, orderId = "", queue, reaction, sentAt } = letter;
    if (noted.has(messageId) || !recorder.order(orderId)) return;
    noted.add(messageId);
    const wasParked = cause !== EXHAUSTED && isDeadLetterQueue(queue);
    // SQS keeps the time of the first sending; an exhausted message moved when it became visible again.
    const movedAt = recorder.lastAttempt(letter)?.nextAt ?? (hasLooked ? iso(now()) : sentAt);
    const at = Math.min(Date.parse(wasParked ? sentAt : movedAt), now());
    recorder.record({ kind: "dead-letter", at, orderId, queue, reaction, cause });
  }

  function count(orderId: string, change: 1 | -1): void {
    const next = (counts.get(orderId) ?? 0) + change;
    if (next > 0) counts.set(orderId, next);
    else counts.delete(orderId);
    recorder.setDeadLetters(orderId, next);
  }

  return {
    came(letter: KnownLetter): void {
      if (letter.orderId === undefined) return;
      note(letter);
      count(letter.orderId, 1);
    },
    went(letter: KnownLetter): void {
      noted.delete(letter.messageId);
      if (letter.orderId !== undefined) count(letter.orderId, -1);
    },
    /** What comes from now on was not there before. */
    looked(): void {
      hasLooked = true;
    },
    /** Notes those whose orders were not known when they came. */
    async again(letters: readonly KnownLetter[], slices: Slices): Promise<void> {
      for (const letter of letters) {
        const { orderId } = letter;
        if (orderId === undefined) continue;
        note(letter);
        recorder.setDeadLetters(orderId, counts.get(orderId) ?? 0);
        const rest = slices();
        if (rest) await rest;
      }
    },
  };
}
