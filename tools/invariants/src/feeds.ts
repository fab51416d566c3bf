// The invariants of a stock feed (F1–F3) over its records: each row counts once, and none is forgotten.
import type { RowError } from "@order-saga/inventory/feed/csv";
import { type Change, type Feed, hasEnded, MAXIMUM_ERRORS } from "@order-saga/inventory/feed/feed";
import { type Violation, violation } from "./violation.ts";

/** All that inventory keeps of one feed. */
export type FeedRecords = {
  readonly feed: Feed;
  /** What each batch of rows changed, in order. */
  readonly changes: readonly Change[];
  /** Why rows were refused, by line. */
  readonly errors: readonly RowError[];
  /** The file as it was uploaded, if it is known. */
  readonly text?: string;
};

/** What must hold between any two writes. */
export function feedViolations(records: FeedRecords): Violation[] {
  return [...countedTwice(records), ...miscounted(records)].map(([invariant, detail]) =>
    violation(invariant, detail, records.feed.feedId),
  );
}

/**
 * What must hold in addition at rest: the feed has ended, and every row was applied or is reported. A feed
 * whose file never came waits for ever.
 */
export function feedViolationsAtRest(records: FeedRecords): Violation[] {
  const { feed } = records;
  if (feed.state === "WAITING") return [];
  const details: Found[] = hasEnded(feed)
    ? [...forgotten(records), ...otherSums(records)]
    : [["F3", `is left ${feed.state}`]];
  return [
    ...feedViolations(records),
    ...details.map(([invariant, detail]) => violation(invariant, detail, feed.feedId)),
  ];
}

type Found = [invariant: "F1" | "F2" | "F3", detail: string];

const linesOf = (changes: readonly Change[]) => changes.flatMap(({ lines }) => lines);

function countedTwice({ changes, errors }: FeedRecords): Found[] {
  const seen = new Set<number>();
  const lines = [...linesOf(changes), ...errors.map(({ line }) => line)];
  const twice = lines.filter((line) => seen.size === seen.add(line).size);
  return [...new Set(twice)].map((line): Found => ["F1", `line ${line} counts twice`]);
}

/** A feed that was refused after its check says how many rows are bad, and keeps none of them. */
function miscounted({ changes, errors, feed }: FeedRecords): Found[] {
  const applied = linesOf(changes).length;
  if (applied !== feed.applied) return [["F2", `${feed.applied} rows counted, ${applied} applied`]];
  const kept = Math.min(MAXIMUM_ERRORS, feed.refused);
  return feed.state === "REFUSED" || kept === errors.length
    ? []
    : [["F2", `${feed.refused} refused rows counted, ${errors.length} kept`]];
}

/** Every row of the file was applied or refused; errors beyond the kept ones are counted only. */
function forgotten({ changes, errors, feed, text }: FeedRecords): Found[] {
  if (feed.state !== "IMPORTED") return [];
  if (feed.applied + feed.refused !== feed.rows)
    return [["F2", `${feed.rows} rows, of which ${feed.applied + feed.refused} were applied or refused`]];
  if (text === undefined || feed.refused > MAXIMUM_ERRORS) return [];
  const known = new Set([...linesOf(changes), ...errors.map(({ line }) => line)]);
  return [...rowsIn(text).keys()]
    .filter((line) => !known.has(line))
    .map((line): Found => ["F2", `line ${line} was neither applied nor refused`]);
}

/** Deltas that were applied are those of the file; what a level makes depends on the stock. */
function otherSums({ changes, feed, text }: FeedRecords): Found[] {
  if (text === undefined || feed.header?.column !== "delta") return [];
  const rows = rowsIn(text);
  return changes.flatMap(({ delta, lines, sku }): Found[] => {
    const sum = lines.reduce((total, line) => total + Number(rows.get(line)?.split(/[,;]/)[1] ?? 0), 0);
    return sum === delta ? [] : [["F1", `${delta} of ${sku} applied, its lines have ${sum}`]];
  });
}

/** The file's rows by line; the first line is its header. */
function rowsIn(text: string): Map<number, string> {
  const lines = text.split("\n").map((line, index): [number, string] => [index + 1, line.trim()]);
  return new Map(lines.slice(1).filter(([, line]) => line !== ""));
}
