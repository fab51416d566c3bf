// The feeds in memory pass the shared suite.

import { feedStoreSuite } from "./feeds.suite.ts";
import { createMemoryFeedStore } from "./feeds-memory.ts";

const feeds = createMemoryFeedStore();
feedStoreSuite(() => ({
  feeds,
  setAvailable: async (sku, available) => void feeds.stock.set(sku, available),
}));
