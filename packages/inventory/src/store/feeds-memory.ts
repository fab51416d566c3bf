// Stock feeds in memory: the same conditions as the table's, for tests.
import type { RowError } from "../feed/csv.ts";
import { type Batch, comparableSequencer, type Feed } from "../feed/feed.ts";
import type { FeedStore, Hashes } from "../feed/ports.ts";

export type MemoryFeedStore = FeedStore & {
  /** Available stock by SKU; a test changes it as orders would. */
  readonly stock: Map<string, number>;
  /** What each batch changed. */
  readonly batches: Batch[];
};

export function createMemoryFeedStore(): MemoryFeedStore {
  const feeds = new Map<string, Feed>();
  const sequencers = new Map<string, string>();
  const errorsByFeed = new Map<string, RowError[]>();
  const hashes = new Map<string, Hashes>();
  const stock = new Map<string, number>();
  const batches: Batch[] = [];
  const isNext = (feed: Feed) => (feeds.get(feed.feedId)?.version ?? 0) === feed.version - 1;
  const keep = (feed: Feed) => void feeds.set(feed.feedId, structuredClone(feed));
  const newest = ({ file }: Feed) => sequencers.get(file?.key ?? "");
  const own = ({ file }: Feed) => comparableSequencer(file?.sequencer ?? "");

  return {
    stock,
    batches,
    load: async (feedId) => structuredClone(feeds.get(feedId)),
    create: async (feed) => keep(feed),
    async claim(feed) {
      if (!isNext(feed)) return "lost";
      if ((newest(feed) ?? "") > own(feed)) return "older";
      sequencers.set(feed.file?.key ?? "", own(feed));
      keep(feed);
      return "written";
    },
    async save(feed) {
      if (!isNext(feed)) return "lost";
      keep(feed);
      return "written";
    },
    async apply(next, batch, errors) {
      if (!isNext(next)) return "lost";
      if (newest(next) !== own(next)) return "older";
      const isMet = batch.changes.every(({ least, read, sku }) => {
        const available = stock.get(sku) ?? -1;
        return read === undefined ? available >= least : available === read;
      });
      if (!isMet) return "short";
      for (const { delta, sku } of batch.changes) stock.set(sku, (stock.get(sku) ?? 0) + delta);
      if (batch.changes.length > 0) batches.push(structuredClone(batch));
      errorsByFeed.set(next.feedId, [...(errorsByFeed.get(next.feedId) ?? []), ...errors]);
      keep(next);
      return "written";
    },
    available: async (skus) =>
      new Map(
        skus.flatMap((sku) => (stock.has(sku) ? [[sku, stock.get(sku) ?? 0] as [string, number]] : [])),
      ),
    errors: async ({ feedId }) => structuredClone(errorsByFeed.get(feedId) ?? []),
    async hashed(uploadId, by, hash) {
      const known = { ...hashes.get(uploadId), [by]: hash };
      hashes.set(uploadId, known);
      return known;
    },
  };
}
