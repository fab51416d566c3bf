// The in-memory store passes the shared suite.

import { createMemoryStore } from "./memory.ts";
import { notificationStoreSuite } from "./store.suite.ts";

notificationStoreSuite(createMemoryStore);
