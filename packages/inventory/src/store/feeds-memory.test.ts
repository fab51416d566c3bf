// The feeds in memory pass the shared suite.
import { bucketId } from "@order-saga/protocol/stock";
import { feedStoreSuite } from "./feeds.suite.ts";
import { createMemoryFeedStore } from "./feeds-memory.ts";

const feeds = createMemoryFeedStore();
feedStoreSuite(() => ({
  feeds,
  async setAvailable(sku, ...buckets) {
    if (buckets.length > 1) feeds.buckets.set(sku, buckets.length);
    for (const [bucket, available] of buckets.entries()) {
      const id = bucketId(sku, bucket);
      // A bucket has no record before it is filled.
      if (bucket === 0 || available > 0 || feeds.free.has(id)) feeds.free.set(id, available);
    }
  },
}));
