// Whether a process hears orders late: then those that are in time must not hold up those that are not.

/** A backlog is met again and again; one late order alone is soon forgotten. */
const BEHIND_MILLISECONDS = 10_000;

export type Backlog = {
  /** An order is heard that is to be decided by then (ISO). */
  heard(decideBy: string, now: number): void;
  isBehind(now: number): boolean;
};

/** What one process has heard lately. */
export function createBacklog(): Backlog {
  let lateAt = Number.NEGATIVE_INFINITY;
  return {
    heard(decideBy, now) {
      if (now >= Date.parse(decideBy)) lateAt = now;
    },
    isBehind: (now) => now >= lateAt && now - lateAt < BEHIND_MILLISECONDS,
  };
}
