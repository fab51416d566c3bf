// The in-memory store passes the shared suite.

import { createMemoryStore } from "./memory.ts";
import { orderStoreSuite } from "./store.suite.ts";

orderStoreSuite(createMemoryStore);
