// Which eventually consistent reads answer an older state, and how old (DynamoDB guide, "Read consistency").
import { chanceFrom } from "../chance.ts";

export type StaleReads = {
  /** No read is older. */
  readonly withinMilliseconds: number;
  /** How old a read is; asked about each of something that has changed in that time. */
  readonly ageMilliseconds: () => number;
};

/** Asked with each write and read; undefined while every read shows the latest state. */
export type StaleReadsOf = () => StaleReads | undefined;

/** A share of the reads that may be stale; the same for the same seed, if they come in the same order. */
export function staleReadsAt(seed: number, share: number, withinMilliseconds: number): StaleReadsOf {
  const next = chanceFrom(seed);
  const ageMilliseconds = () => (next() < share ? Math.ceil(next() * withinMilliseconds) : 0);
  return () => ({ withinMilliseconds, ageMilliseconds });
}
