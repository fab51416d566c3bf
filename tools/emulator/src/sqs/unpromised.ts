// What standard queues do not promise, which they keep nearly always (SQS guide, "Amazon SQS at-least-once
// delivery" and "short polling").
import { chanceFrom } from "../chance.ts";

/** A later message comes first; a deleted one comes again; a short poll finds nothing of what is there. */
export type Unpromised = "reorder" | "duplicate" | "miss";

/** Asked at each receive, deletion and short poll: true if the queue makes use of it now. */
export type UnpromisedAt = (kind: Unpromised, queueArn: string) => boolean;

export const allPromised: UnpromisedAt = () => false;

/** At a share of all steps; the same ones for the same seed, if the steps come in the same order. */
export function unpromisedAt(seed: number, shares: Readonly<Record<Unpromised, number>>): UnpromisedAt {
  const next = chanceFrom(seed);
  return (kind) => next() < shares[kind];
}
