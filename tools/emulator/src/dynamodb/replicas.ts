// Replicas of the tables that lag: for a while what was overwritten is kept, and shown as it was then.
import type { Range } from "./keys.ts";
import type { Change, Rows } from "./rows.ts";
import type { StaleReadsOf } from "./stale-reads.ts";

export type Reading = Pick<Rows, "get" | "range">;

export type Replicas = {
  /** Writes are to go through these, which show the latest state. */
  readonly rows: Rows;
  /** One of them, for one read of the space, or of one key in it. */
  replica(space: number, key?: string): Reading;
  /** For changes of whole tables, which are never seen in part. */
  forget(): void;
};

/** What a key held before a change. */
type Former = { at: number; space: number; key: string; value: unknown };

export function createReplicas(latest: Rows, staleReadsOf: StaleReadsOf, now: () => number): Replicas {
  let formers: Former[] = [];
  const within = (milliseconds: number) => formers.filter(({ at }) => at > now() - milliseconds);

  function remember(changes: readonly Change[]): void {
    formers = within(staleReadsOf()?.withinMilliseconds ?? 0);
    if (!staleReadsOf()) return;
    for (const change of changes)
      if ("key" in change)
        formers.push({
          at: now(),
          space: change.space,
          key: change.key,
          value: latest.get(change.space, change.key),
        });
  }

  return {
    rows: {
      ...latest,
      commit(changes) {
        remember(changes);
        latest.commit(changes);
      },
    },
    replica(space, key) {
      const stale = staleReadsOf();
      const isRead = (former: Former) => former.space === space && (key === undefined || former.key === key);
      if (!stale || !within(stale.withinMilliseconds).some(isRead)) return latest;
      return asBefore(latest, within(stale.ageMilliseconds()));
    },
    forget() {
      formers = [];
    },
  };
}

/** The state before the changes, of which the earliest come first. */
function asBefore(latest: Rows, formers: readonly Former[]): Reading {
  const spaces = new Map<number, Map<string, unknown>>();
  for (const { key, space, value } of formers) {
    const ofSpace = spaces.get(space) ?? new Map<string, unknown>();
    spaces.set(space, ofSpace);
    if (!ofSpace.has(key)) ofSpace.set(key, value);
  }
  return {
    get(space, key) {
      const ofSpace = spaces.get(space);
      return ofSpace?.has(key) ? ofSpace.get(key) : latest.get(space, key);
    },
    *range(space, range, isBackwards = false) {
      const ofSpace = spaces.get(space) ?? new Map<string, unknown>();
      const waiting = inRange(ofSpace, range, isBackwards);
      for (const [key, value] of latest.range(space, range, isBackwards)) {
        while (waiting[0] && waiting[0][0] < key !== isBackwards) yield waiting.shift() as [string, unknown];
        if (!ofSpace.has(key)) yield [key, value];
      }
      yield* waiting;
    },
  };
}

/** What was there then, in the order of the keys. */
function inRange(formers: ReadonlyMap<string, unknown>, { from, to }: Range, isBackwards: boolean) {
  const found = [...formers]
    .filter(([key, value]) => value !== undefined && key >= from && key < to)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return isBackwards ? found.reverse() : found;
}
