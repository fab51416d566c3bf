// The in-memory store passes the shared suite.

import { createMemoryStore } from "./memory.ts";
import { paymentStoreSuite } from "./store.suite.ts";

paymentStoreSuite(createMemoryStore);
