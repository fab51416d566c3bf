// B1–B4: every row of a bulk ends once, the counts are the sum of the rows, and the result is said once.
import { type BulkRecords, bulkViolations, bulkViolationsAtRest } from "@order-saga/invariants/bulks";
import { type Bulk, noRows, type Outcome, type Row, type Tally } from "@order-saga/orders/bulk/bulk";
import { toBulk } from "@order-saga/orders/store/bulks-dynamodb";
import { bulkChunk, bulkRow, bulkTally } from "@order-saga/protocol/bulk-records";
import { bulkRecord } from "@order-saga/protocol/records";
import type { Checker, Item, Observed, Step, Violation } from "./observed.ts";
import { isGenuine, orderOf, violation } from "./records.ts";

export function bulkCheckers(): Checker[] {
  return [
    checker("B1", "each row of a bulk has exactly one outcome, which is its order's", endedTwice),
    checker("B2", "a bulk's counts are the sum of its rows"),
    checker("B3", "a bulk's result is there once all rows have ended, and said", unsaid),
    checker("B4", "the amount of a bulk's result is the sum of its confirmed orders"),
  ];
}

type Known = {
  bulk: Bulk | undefined;
  outcomes: Map<number, Outcome>;
  tallies: Map<number, Tally>;
  /** By their sort key, which names the request that they came with. */
  chunks: Map<string, readonly Row[]>;
};

/** What a step broke besides, and what is missing at rest. */
type More = {
  afterStep?: (known: Known, item: Item) => string | undefined;
  atRest?: (observed: Observed, bulk: Bulk) => string[];
};

function checker(invariant: string, says: string, more: More = {}): Checker {
  const known = new Map<string, Known>();

  function recordsOf(observed: Observed, bulkId: string): BulkRecords | undefined {
    const { bulk, chunks, outcomes, tallies } = known.get(bulkId) ?? nothing();
    if (!bulk) return undefined;
    const own = [...chunks].filter(([sk]) => sk.startsWith(`CHUNK#${bulk.fingerprint}#`));
    const rows = new Map(own.flatMap(([, each]) => each.map(({ orderId, row }) => [row, orderId])));
    return { bulk, outcomes, rows, tallies, orderOf: (orderId) => orderOf(observed, orderId) };
  }
  const ours = (found: readonly Violation[]) => found.filter((each) => each.invariant === invariant);

  return {
    invariant,
    says,
    afterStep(observed, step) {
      const touched = bulkIdsIn(step);
      if (touched.size === 0) return [];
      const found = step.written.flatMap((item): Violation[] => {
        const bulkId = bulkIdOf(item);
        if (bulkId === undefined) return [];
        const records = known.get(bulkId) ?? nothing();
        known.set(bulkId, records);
        const detail = more.afterStep?.(records, item);
        learn(records, item);
        return detail ? [violation(invariant, detail, bulkId)] : [];
      });
      const judged = [...touched].flatMap((bulkId) => {
        const records = recordsOf(observed, bulkId);
        return records ? bulkViolations(records) : [];
      });
      return [...found, ...ours(judged)];
    },
    atRest(observed) {
      return [...known.keys()].flatMap((bulkId) => {
        const records = recordsOf(observed, bulkId);
        if (!records) return [];
        const missing = more.atRest?.(observed, records.bulk) ?? [];
        return [
          ...ours(bulkViolationsAtRest(records)),
          ...missing.map((detail) => violation(invariant, detail, bulkId)),
        ];
      });
    },
  };
}

const nothing = (): Known => ({
  bulk: undefined,
  outcomes: new Map(),
  tallies: new Map(),
  chunks: new Map(),
});

function bulkIdsIn({ written }: Step): Set<string> {
  return new Set(written.flatMap((item) => bulkIdOf(item) ?? []));
}

function bulkIdOf({ pk }: Item): string | undefined {
  const key = String(pk);
  return key.startsWith("BULK#") ? bulkRecord.id(key) : undefined;
}

function learn(known: Known, item: Item): void {
  const sk = String(item.sk);
  if (bulkRecord.is(item)) known.bulk = toBulk(item);
  if (bulkRow.is(item)) known.outcomes.set(bulkRow.number(sk), item as unknown as Outcome);
  if (bulkTally.is(item)) known.tallies.set(bulkTally.number(sk), { ...noRows, ...(item as Partial<Tally>) });
  if (bulkChunk.is(item)) known.chunks.set(sk, item.rows as readonly Row[]);
}

const endedTwice: More = {
  afterStep({ outcomes }, item) {
    const row = bulkRow.is(item) ? bulkRow.number(String(item.sk)) : undefined;
    return row !== undefined && outcomes.has(row) ? `row ${row} has ended twice` : undefined;
  },
};

const unsaid: More = {
  atRest(observed, { bulkId, events }) {
    const said = new Set(observed.published.filter(isGenuine).map(({ event }) => event.id));
    return Object.values(events)
      .filter(({ id }) => !said.has(id))
      .map(({ type }) => `${type} of ${bulkId} was never published`);
  },
};
