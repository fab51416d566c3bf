// How far the clock was moved is kept: after a restart time goes on, because nothing that is stored may lie
// in the future.
import * as z from "zod";
import { advanceClock, aheadOf, type ClockOffset, createClockOffset } from "./clock.ts";
import { openRecord } from "./data-directory.ts";

/** Years have four digits until then, and every format of a time can be written. */
const FURTHEST_MILLISECONDS = 7000 * 365 * 24 * 3600_000;

const Kept = z.strictObject({ aheadMilliseconds: z.int().nonnegative().max(FURTHEST_MILLISECONDS) });

export type PersistentClock = {
  /** Followed by every thread. */
  readonly offset: ClockOffset;
  /** Milliseconds before the machine's clock reads the same. */
  ahead(): number;
  advance(milliseconds: number): void;
};

export function openClock(directory: string | undefined): PersistentClock {
  const record = openRecord(directory, "clock.json", Kept);
  const offset = createClockOffset(record.read()?.aheadMilliseconds);
  const ahead = () => aheadOf(offset);
  return {
    offset,
    ahead,
    advance(milliseconds) {
      // On disk first: after a crash in between, the clock must not go back behind a time already read.
      record.write({ aheadMilliseconds: ahead() + Math.round(milliseconds) });
      advanceClock(offset, Math.round(milliseconds));
    },
  };
}
