// What an operator can do with dead letters, on the laptop as on a deployed stage.
import type {
  DeadLetter,
  DeadLetterGroup,
  DiscardRequest,
  DiscardResult,
  DryRun,
  DryRunRequest,
  RedriveRequest,
  RedriveResult,
} from "./types.ts";

export type Desk = {
  /** Such as `the laptop` or `the stage production`. */
  name: string;
  letters(): Promise<DeadLetter[]>;
  groups(letters: readonly DeadLetter[]): Promise<DeadLetterGroup[]>;
  dryRun(asked: DryRunRequest): Promise<DryRun[]>;
  redrive(asked: RedriveRequest): Promise<RedriveResult>;
  /** Deletes for good. */
  discard(asked: DiscardRequest): Promise<DiscardResult>;
};

/** The laptop or the stage cannot be reached or refuses; the message says what to do. */
export class DeskError extends Error {
  override readonly name = "DeskError";
}

/** The dead letters that a target names: a queue, a reaction, a group, a message, or all. */
export function chosen(letters: readonly DeadLetter[], target: string): DeadLetter[] {
  return letters.filter(
    ({ groupKey, messageId, queue, reaction }) =>
      target === "all" || [groupKey, messageId, queue, reaction].includes(target),
  );
}

/** One request for each queue: for all of it, for a group, or for single messages. */
export function requestsFor(
  letters: readonly DeadLetter[],
  target: string,
  how: { rate: number; keepGoing: boolean },
): RedriveRequest[] {
  const manner = { rate: how.rate, stopOnFailure: !how.keepGoing };
  return [...Map.groupBy(letters, ({ queue }) => queue)].map(([queue, own]) => {
    const [first] = own;
    if (first?.groupKey === target) return { queue, groupKey: target, ...manner };
    if (first?.messageId === target) return { queue, messageIds: [target], ...manner };
    return { queue, ...manner };
  });
}

/** For one message or one group; a whole queue is not discarded at once. Throws DeskError. */
export function discardRequestFor(
  letters: readonly DeadLetter[],
  target: string,
  reason: string,
): DiscardRequest {
  const [first] = letters;
  if (first?.groupKey === target) return { queue: first.queue, groupKey: target, reason };
  if (first?.messageId === target) return { queue: first.queue, messageIds: [target], reason };
  throw new DeskError(
    `${target} is no message and no group, as list names it: a whole queue is not discarded.`,
  );
}
