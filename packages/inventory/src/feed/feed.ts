// The rules of a stock feed: its record, which of its rows count, and what they change.
import { type EventOf, newEvent } from "@order-saga/contracts";
import type { Upload } from "@order-saga/messaging/message";
import { gather, type Move, type Stock } from "../buckets.ts";
import { type Header, isError, type Row, type RowError } from "./csv.ts";

export type RefusalReason = EventOf<"StockFeedRefused">["data"]["reason"];

/** Where the import goes on, in bytes and lines from the file's beginning. */
export type Place = { readonly offset: number; readonly line: number };

export type Feed = {
  readonly feedId: string;
  readonly state: "WAITING" | "IMPORTING" | "IMPORTED" | "REFUSED";
  /** Absent until the file is there. */
  readonly file?: Pick<Upload, "key" | "versionId" | "bytes" | "sequencer">;
  readonly header?: Header;
  readonly next: Place;
  /** Of the whole file, known once it was validated. */
  readonly rows: number;
  readonly applied: number;
  readonly refused: number;
  readonly sha256?: string;
  /** Items with changes, and with errors by line. */
  readonly batches: number;
  readonly errorItems: number;
  readonly events: {
    readonly StockFeedImported?: EventOf<"StockFeedImported">;
    readonly StockFeedRefused?: EventOf<"StockFeedRefused">;
  };
  readonly version: number;
};

/** So many errors are kept by line; more are only counted. */
export const MAXIMUM_ERRORS = 1000;
/** A larger file is refused. */
export const MAXIMUM_BYTES = 50_000_000;

/** A feed that waits for its file. */
export function waitingFeed(feedId: string): Feed {
  const counts = { rows: 0, applied: 0, refused: 0, batches: 0, errorItems: 0 };
  return { feedId, state: "WAITING", next: { offset: 0, line: 1 }, ...counts, events: {}, version: 1 };
}

/** A feed for a file that no form was made for; it is not kept yet. */
export const unexpectedFeed = (feedId: string): Feed => ({ ...waitingFeed(feedId), version: 0 });

export const hasEnded = ({ state }: Feed): boolean => state === "IMPORTED" || state === "REFUSED";

/** The file is there and its import begins. */
export function claimedBy(feed: Feed, { bytes, key, sequencer, versionId }: Upload): Feed {
  const file = { key, versionId, bytes, sequencer };
  return { ...feed, state: "IMPORTING", file, version: feed.version + 1 };
}

export type Validation = { header: Header; rows: number; sha256: string; first: Place };

/** The file was read whole: from now on its rows are applied. */
export function validated(feed: Feed, { first, header, rows, sha256 }: Validation): Feed {
  return { ...feed, header, rows, sha256, next: first, version: feed.version + 1 };
}

/** Of two uploads under one key the later has the greater sequencer, both padded to one length with zeros. */
export const comparableSequencer = (sequencer: string): string => sequencer.toUpperCase().padEnd(64, "0");

/** A transaction holds 100 items: the feed, its key, the batch, its errors, and these of stock. */
const STOCK_ITEMS = 96;

/** As many of the rows, from the first on, as fit into a transaction: a level looks at every bucket. */
export function fitting<R extends { readonly row: Row | RowError }>(
  rows: readonly R[],
  { column }: Header,
  stock: ReadonlyMap<string, Stock>,
): readonly R[] {
  const itemsOf = (sku: string) => (column === "level" ? (stock.get(sku)?.length ?? 0) : 1);
  return rowsWithin(rows, STOCK_ITEMS, itemsOf);
}

/** As many of the rows, from the first on, as have SKUs of so many items together. */
export function rowsWithin<R extends { readonly row: Row | RowError }>(
  rows: readonly R[],
  items: number,
  itemsOf: (sku: string) => number,
): readonly R[] {
  const skus = new Set<string>();
  let left = items;
  const end = rows.findIndex(({ row }) => {
    if (isError(row) || skus.has(row.sku)) return false;
    skus.add(row.sku);
    left -= itemsOf(row.sku);
    return left < 0;
  });
  return end < 0 ? rows : rows.slice(0, end);
}

/** What has to be moved into the heads of their SKUs, so that they can serve the changes. */
export function movesFor({ changes }: Batch, stock: ReadonlyMap<string, Stock>): Move[] {
  return changes.flatMap(({ delta, least, read, sku }) => {
    const available = (stock.get(sku) ?? []).map((bucket) => bucket.available);
    return gather(sku, 0, read === undefined ? least : -delta, available) ?? [];
  });
}

/** What the rows of a batch make of a SKU's available stock, given what was read. */
export type Change = {
  readonly sku: string;
  readonly delta: number;
  /** Only where a level was set: what was read of all buckets must still be there. */
  readonly read?: number;
  /** Otherwise the head must have so much at least. */
  readonly least: number;
  readonly lines: readonly number[];
};

export type Batch = {
  readonly changes: readonly Change[];
  readonly errors: readonly RowError[];
  readonly applied: number;
};

type Sum = { delta: number; lowest: number; isLevel: boolean; lines: number[] };

/**
 * The rows one after the other over the stock that was read: a delta changes what is available, a level
 * replaces it, and what is reserved stays. A row that would leave less than nothing is refused.
 */
export function batchOf(
  rows: readonly (Row | RowError)[],
  { column }: Header,
  available: ReadonlyMap<string, number>,
): Batch {
  const sums = new Map<string, Sum>();
  const errors: RowError[] = [];
  for (const row of rows) {
    if ("reason" in row) {
      errors.push(row);
      continue;
    }
    const { line, sku, value } = row;
    const read = available.get(sku);
    if (read === undefined) {
      errors.push({ line, sku, reason: "unknown_sku" });
      continue;
    }
    const sum = sums.get(sku) ?? { delta: 0, lowest: 0, isLevel: false, lines: [] };
    const delta = column === "level" ? value - read : sum.delta + value;
    if (read + delta < 0) {
      errors.push({ line, sku, reason: "below_zero" });
      continue;
    }
    sum.delta = delta;
    sum.lowest = Math.min(sum.lowest, delta);
    sum.isLevel ||= column === "level";
    sum.lines.push(line);
    sums.set(sku, sum);
  }
  const changes = [...sums].map(([sku, { delta, isLevel, lines, lowest }]): Change => {
    const read = available.get(sku) ?? 0;
    return { sku, delta, least: -lowest, lines, ...(isLevel && { read }) };
  });
  return { changes, errors, applied: changes.reduce((sum, { lines }) => sum + lines.length, 0) };
}

/** The record after a batch; `isLast` ends the feed in the same write. */
export function afterBatch(feed: Feed, batch: Batch, next: Place, ends?: { now: number }): Feed {
  const applied = feed.applied + batch.applied;
  const refused = feed.refused + batch.errors.length;
  const hasErrors = keptErrors(feed, batch).length > 0;
  const after: Feed = {
    ...feed,
    next,
    applied,
    refused,
    batches: feed.batches + (batch.changes.length > 0 ? 1 : 0),
    errorItems: feed.errorItems + (hasErrors ? 1 : 0),
    version: feed.version + 1,
  };
  if (!ends) return after;
  const data = { rows: feed.rows, applied, refused, sha256: feed.sha256 ?? "" };
  const cause = { causationId: null, now: ends.now };
  const StockFeedImported = newEvent("StockFeedImported", feed.feedId, cause, data);
  return { ...after, state: "IMPORTED", events: { StockFeedImported } };
}

/** The batch's errors that are kept by line. */
export const keptErrors = (feed: Feed, { errors }: Batch): readonly RowError[] =>
  errors.slice(0, Math.max(0, MAXIMUM_ERRORS - feed.refused));

/** The feed ends without its remaining rows. */
export function refuse(
  feed: Feed,
  { now, reason, refused, rows }: { reason: RefusalReason; now: number; rows?: number; refused?: number },
): Feed {
  const counts = { ...(rows !== undefined && { rows }), ...(refused !== undefined && { refused }) };
  const cause = { causationId: null, now };
  const StockFeedRefused = newEvent("StockFeedRefused", feed.feedId, cause, { reason, ...counts });
  return { ...feed, ...counts, state: "REFUSED", events: { StockFeedRefused }, version: feed.version + 1 };
}

/** What the feed has said. */
export const saidOf = ({ events }: Feed) =>
  [events.StockFeedImported, events.StockFeedRefused].filter((event) => event !== undefined);
