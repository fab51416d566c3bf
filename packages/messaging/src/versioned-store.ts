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
  /**
   * Records whose `dueAt` has come, the oldest first. The index lags behind the table: load each before
   * acting on it.
   */
  due(now: number, limit: number): Promise<Due>;
};

export type Due = {
  orderIds: string[];
  /** True if there are others beyond the limit. */
  more: boolean;
  /** Asks for those; what has become due since the first page is not among them. */
  next?: () => Promise<Due>;
};

/** What is due in a store in memory, in the same pages as in a table. */
export function duePages<R extends { readonly dueAt?: string }>(
  records: Iterable<R>,
  idOf: (record: R) => string,
  { limit, now }: { now: number; limit: number },
): Due {
  const due = [...records].filter(({ dueAt }) => dueAt !== undefined && Date.parse(dueAt) <= now);
  const ids = due.toSorted((a, b) => (String(a.dueAt) < String(b.dueAt) ? -1 : 1)).map(idOf);
  const from = (start: number): Due => {
    const more = ids.length > start + limit;
    const next = async () => from(start + limit);
    return { orderIds: ids.slice(start, start + limit), more, ...(more && { next }) };
  };
  return from(0);
}
