// The in-memory store passes the shared suite.

import { createMemoryStore } from "./memory.ts";
import { inventoryStoreSuite } from "./store.suite.ts";

inventoryStoreSuite(createMemoryStore);
