// The in-memory store passes the shared suite.
import { createMemoryStore } from "./memory.ts";
import { webhookStoreSuite } from "./store.suite.ts";

webhookStoreSuite(createMemoryStore);
