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
  const byOrder = new Map<string, readonly KnownLetter[]>();
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

  function set(orderId: string, letters: readonly KnownLetter[]): void {
    if (letters.length > 0) byOrder.set(orderId, letters);
    else byOrder.delete(orderId);
    recorder.setDeadLetters(orderId, letters);
  }

  return {
    came(letter: KnownLetter): void {
      if (letter.orderId === undefined) return;
      note(letter);
      set(letter.orderId, [...(byOrder.get(letter.orderId) ?? []), letter]);
    },
    went({ messageId, orderId }: KnownLetter): void {
      noted.delete(messageId);
      const letters = byOrder.get(orderId ?? "") ?? [];
      if (orderId !== undefined)
        set(
          orderId,
          letters.filter((each) => each.messageId !== messageId),
        );
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
        recorder.setDeadLetters(orderId, byOrder.get(orderId) ?? []);
        const rest = slices();
        if (rest) await rest;
      }
    },
  };
}
