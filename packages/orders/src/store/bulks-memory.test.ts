// The bulks in memory pass the shared suite.
import { bulkStoreSuite } from "./bulks.suite.ts";
import { createMemoryBulkStore } from "./bulks-memory.ts";

bulkStoreSuite(createMemoryBulkStore);
