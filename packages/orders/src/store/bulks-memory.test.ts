// The bulks in memory pass the shared suites.
import { bulkStoreSuite, rowOrOrderSuite } from "./bulks.suite.ts";
import { createMemoryBulkStore } from "./bulks-memory.ts";
import { createMemoryStore } from "./memory.ts";

bulkStoreSuite(() => createMemoryBulkStore());
rowOrOrderSuite(() => {
  const orders = createMemoryStore();
  return { orders, bulks: createMemoryBulkStore(orders) };
});
