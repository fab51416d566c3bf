// Stock feeds in memory: the same conditions as the table's, for tests.
import { isDeepStrictEqual } from "node:util";
import { bucketId } from "@order-saga/protocol/stock";
import type { Stock } from "../buckets.ts";
import type { RowError } from "../feed/csv.ts";
import { type Batch, comparableSequencer, type Feed } from "../feed/feed.ts";
import type { FeedStore, Hashes } from "../feed/ports.ts";

export type MemoryFeedStore = FeedStore & {
  /** What is available by SKU, or by the id of a bucket; a test changes it as orders would. */
  readonly free: Map<string, number>;
  /** The number of buckets of SKUs that have several. */
  readonly buckets: Map<string, number>;
  /** What each batch changed. */
  readonly batches: Batch[];
};

export function createMemoryFeedStore(): MemoryFeedStore {
  const feeds = new Map<string, Feed>();
  const sequencers = new Map<string, string>();
  const errorsByFeed = new Map<string, RowError[]>();
  const hashes = new Map<string, Hashes>();
  const free = new Map<string, number>();
  const buckets = new Map<string, number>();
  const batches: Batch[] = [];
  const isNext = (feed: Feed) => (feeds.get(feed.feedId)?.version ?? 0) === feed.version - 1;
  const keep = (feed: Feed) => void feeds.set(feed.feedId, structuredClone(feed));
  const newest = ({ file }: Feed) => sequencers.get(file?.key ?? "");
  const own = ({ file }: Feed) => comparableSequencer(file?.sequencer ?? "");

  const stockOf = (sku: string): Stock =>
    Array.from({ length: buckets.get(sku) ?? 1 }, (_, bucket) => {
      const available = free.get(bucketId(sku, bucket));
      return { available: available ?? 0, given: available === undefined ? 0 : 1 };
    });
  const put = (id: string, quantity: number) => free.set(id, (free.get(id) ?? 0) + quantity);
  return {
    free,
    buckets,
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
    async apply(next, batch, errors, read) {
      if (!isNext(next)) return "lost";
      if (newest(next) !== own(next)) return "older";
      const isMet = batch.changes.every((change) =>
        change.read === undefined
          ? (free.get(change.sku) ?? -1) >= change.least
          : isDeepStrictEqual(stockOf(change.sku), read.get(change.sku)),
      );
      if (!isMet) return "short";
      for (const { delta, sku } of batch.changes) put(sku, delta);
      if (batch.changes.length > 0) batches.push(structuredClone(batch));
      errorsByFeed.set(next.feedId, [...(errorsByFeed.get(next.feedId) ?? []), ...errors]);
      keep(next);
      return "written";
    },
    stock: async (skus) => new Map(skus.filter((sku) => free.has(sku)).map((sku) => [sku, stockOf(sku)])),
    async move({ below, from, into, sku }) {
      const isThere = from.every(
        ({ bucket, quantity }) => (free.get(bucketId(sku, bucket)) ?? 0) >= quantity,
      );
      if (!isThere || (free.get(bucketId(sku, into)) ?? 0) >= below) return "lost";
      for (const { bucket, quantity } of from) {
        put(bucketId(sku, bucket), -quantity);
        put(bucketId(sku, into), quantity);
      }
      return "written";
    },
    errors: async ({ feedId }) => structuredClone(errorsByFeed.get(feedId) ?? []),
    async hashed(uploadId, by, hash) {
      const known = { ...hashes.get(uploadId), [by]: hash };
      hashes.set(uploadId, known);
      return known;
    },
  };
}
