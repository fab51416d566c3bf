// The port of every store of versioned records, one record per order.

/** Version 1 is the first that is stored. */
export type Versioned = { readonly orderId: string; readonly version: number };

/**
 * `lost`: another writer was first. `conflict`: a transaction held the item, so nothing was written and
 * nothing is known of the record; try again after a pause.
 */
export type SaveResult = "written" | "lost" | "conflict";

/** `Besides` is what a store writes in the same transaction as the record, if anything. */
export type VersionedStore<R extends Versioned, Besides extends unknown[] = []> = {
  /** A strongly consistent read. */
  load(orderId: string): Promise<R | undefined>;
  /** Compare-and-set: writes version n over version n - 1, or anew if n is 1. */
  save(next: R, ...besides: Besides): Promise<SaveResult>;
};

export type DueStore = {
  /** Records whose `dueAt` has come. The index lags behind the table: load each before acting on it. */
  due(now: number, limit: number): Promise<Due>;
};

export type Due = {
  orderIds: string[];
  /** True if there are others beyond the limit. */
  more: boolean;
};
