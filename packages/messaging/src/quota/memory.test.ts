// The in-memory quotas pass the shared suite.
import { createMemoryQuotaStore } from "./memory.ts";
import { quotaStoreSuite } from "./quota.suite.ts";

quotaStoreSuite(createMemoryQuotaStore);
