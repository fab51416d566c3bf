// The rules of a bulk of orders: what was accepted, which rows have ended, and when its result is said.
import {
  type BulkOrder,
  type Cause,
  causedBy,
  type EventOf,
  newEvent,
  type Recipient,
  type RowError,
} from "@order-saga/contracts";

/** A row with the id of its order, which is fixed before anything is written. */
export type Row = BulkOrder & {
  readonly row: number;
  readonly orderId: string;
  /** The sender's own name of the row, under their key; earlier releases kept it in `reference`. */
  readonly sealedReference?: string;
};

/** How a row ended. The first that is heard of it stands: what becomes of the order later shows there. */
export type Outcome =
  | { readonly state: "confirmed"; readonly orderId: string; readonly amount: number }
  | { readonly state: "rejected" | "cancelled"; readonly orderId: string; readonly reason: string };

/** How many of some rows have ended in each way, and the sum of the confirmed. */
export type Tally = {
  readonly confirmed: number;
  readonly rejected: number;
  readonly cancelled: number;
  readonly amount: number;
};

export const noRows: Tally = { confirmed: 0, rejected: 0, cancelled: 0, amount: 0 };

export type Bulk = {
  readonly bulkId: string;
  readonly principal: string;
  /** A keyed hash of the request, to tell a retry from a reused key. */
  readonly fingerprint: string;
  /** In so many items its rows are kept. */
  readonly chunks: number;
  readonly events: {
    readonly BulkPlaced: EventOf<"BulkPlaced">;
    readonly BulkCompleted?: EventOf<"BulkCompleted">;
  };
  /** True once a task of each row is on the queue. */
  readonly isSplit: boolean;
  /** Of each part whose rows have all ended, by its number. */
  readonly tallies: Readonly<Record<string, Tally>>;
  /** The row that brought the result; absent if an order's end or the sweep did. */
  readonly completedBy?: number;
  /** When the sweep looks at it (ISO); absent once its result was said. */
  readonly dueAt?: string;
  readonly version: number;
};

/**
 * Rows are counted in parts of so many, and only the last of a part writes the bulk's head: 500 rows that end
 * at once would otherwise refuse each other at one item.
 */
const ROWS_PER_PART = 100;

export const partOf = (row: number): number => Math.floor(row / ROWS_PER_PART);

export function partsOf({ events }: Pick<Bulk, "events">): number[] {
  return Array.from({ length: Math.ceil(events.BulkPlaced.data.count / ROWS_PER_PART) }, (_, part) => part);
}

export function rowsInPart({ events }: Pick<Bulk, "events">, part: number): number[] {
  const { count } = events.BulkPlaced.data;
  const from = part * ROWS_PER_PART;
  return Array.from({ length: Math.min(ROWS_PER_PART, count - from) }, (_, index) => from + index);
}

/** The first look finds what a crash after the write left unsaid. */
const FIRST_LOOK_MILLISECONDS = 60_000;
/** Between two looks at rows that have not ended; the first of them after every order was decided. */
const NEXT_LOOK_MILLISECONDS = 2 * 60_000;

export type Placement = {
  readonly bulkId: string;
  readonly principal: string;
  readonly fingerprint: string;
  readonly recipient: Recipient;
  readonly currency: string;
  readonly count: number;
  readonly chunks: number;
  /** Milliseconds. */
  readonly now: number;
};

export function placeBulk(given: Placement): Bulk {
  const { bulkId, chunks, count, currency, fingerprint, now, principal, recipient } = given;
  const data = { count, currency, ...recipient };
  const BulkPlaced = newEvent("BulkPlaced", bulkId, { causationId: null, now }, data);
  return {
    bulkId,
    principal,
    fingerprint,
    chunks,
    events: { BulkPlaced },
    isSplit: false,
    tallies: {},
    dueAt: timeAt(now + FIRST_LOOK_MILLISECONDS),
    version: 1,
  };
}

/** Every row has its task; after `endsBy` (milliseconds) the sweep asks for outcomes that were not heard. */
export function split(bulk: Bulk, endsBy: number): Bulk {
  if (bulk.isSplit) return bulk;
  // The rows may all have ended before this is recorded.
  const look = isCompleted(bulk) ? {} : { dueAt: timeAt(endsBy + NEXT_LOOK_MILLISECONDS) };
  return next(bulk, { isSplit: true, ...look });
}

/** The sweep has looked at it and it goes on. */
export function lookedAt(bulk: Bulk, now: number): Bulk {
  return next(bulk, { dueAt: timeAt(now + NEXT_LOOK_MILLISECONDS) });
}

/** True once the tally has every row of the part. */
export function isWhole(bulk: Bulk, part: number, tally: Tally): boolean {
  return settledIn(tally) === rowsInPart(bulk, part).length;
}

const settledIn = ({ cancelled, confirmed, rejected }: Tally) => confirmed + rejected + cancelled;

export const isCompleted = ({ events }: Bulk): boolean => events.BulkCompleted !== undefined;

/** True if this part is the last one that was missing. */
export function wouldComplete(bulk: Bulk, part: number): boolean {
  const known = new Set([...Object.keys(bulk.tallies), String(part)]);
  return !isCompleted(bulk) && known.size === partsOf(bulk).length;
}

/** The result was said, so that no sweep has to look at the bulk again. */
export function said(bulk: Bulk): Bulk {
  const { dueAt: _, ...rest } = next(bulk, {});
  return rest;
}

/** Rows that never became an order share a cause, the bulk: each says which it is. */
export type CauseOfEnd = Cause & { readonly row?: number };

type Counting = {
  part: number;
  tally: Tally;
  errors: readonly RowError[];
  cause: CauseOfEnd;
  /** True for the sweep: no message comes again to say what a crash left unsaid, so the bulk stays due. */
  staysDue: boolean;
};

/**
 * Adds the tally of a part whose rows have all ended; the last part brings the result, recorded in the same
 * write. The same object if the part is known.
 */
export function countPart(bulk: Bulk, { part, tally, errors, cause, staysDue }: Counting): Bulk {
  if (bulk.tallies[part]) return bulk;
  const tallies = { ...bulk.tallies, [part]: tally };
  if (!wouldComplete(bulk, part)) return next(bulk, { tallies });
  const { count, currency } = bulk.events.BulkPlaced.data;
  const { amount, cancelled, confirmed, rejected } = sumOf(Object.values(tallies));
  const firstErrors = errors.slice(0, MAXIMUM_ERRORS);
  const data = { count, confirmed, rejected, cancelled, currency, amount, firstErrors };
  const BulkCompleted = newEvent("BulkCompleted", bulk.bulkId, cause, data);
  const completedBy = cause.row === undefined ? {} : { completedBy: cause.row };
  const completed = { ...bulk, ...completedBy, tallies, events: { ...bulk.events, BulkCompleted } };
  return staysDue ? next(completed, {}) : said(completed);
}

/** So many rows that were not confirmed are in the result; all are on the bulk's own page. */
export const MAXIMUM_ERRORS = 10;

export function sumOf(tallies: readonly Tally[]): Tally {
  return tallies.reduce(
    (sum, each) => ({
      confirmed: sum.confirmed + each.confirmed,
      rejected: sum.rejected + each.rejected,
      cancelled: sum.cancelled + each.cancelled,
      amount: sum.amount + each.amount,
    }),
    noRows,
  );
}

/** What a task answers, so that what it says is caused by the bulk. */
export const causeOfRows = ({ events }: Bulk, now: number): Cause => causedBy(events.BulkPlaced, now);

/** The result, for the one cause that brought it: what a redelivery of it says again. */
export function resultOf(bulk: Bulk, cause: CauseOfEnd): EventOf<"BulkCompleted">[] {
  const { BulkCompleted } = bulk.events;
  const isOwn = BulkCompleted?.causationId === cause.causationId && bulk.completedBy === cause.row;
  return BulkCompleted && isOwn ? [BulkCompleted] : [];
}

type Changes = Partial<Pick<Bulk, "isSplit" | "tallies" | "dueAt" | "events">>;

const next = (bulk: Bulk, changes: Changes): Bulk => ({ ...bulk, ...changes, version: bulk.version + 1 });

const timeAt = (milliseconds: number) => new Date(milliseconds).toISOString();

/** As many rows to an item as fit into so many bytes of JSON; DynamoDB's limit is 400 KB. */
const MAXIMUM_CHUNK_BYTES = 300_000;

export function chunksOf(rows: readonly Row[]): Row[][] {
  const chunks: Row[][] = [];
  let bytes = 0;
  for (const row of rows) {
    const size = Buffer.byteLength(JSON.stringify(row));
    const chunk = chunks.at(-1);
    if (chunk && bytes + size <= MAXIMUM_CHUNK_BYTES) {
      chunk.push(row);
      bytes += size;
    } else {
      chunks.push([row]);
      bytes = size;
    }
  }
  return chunks;
}
