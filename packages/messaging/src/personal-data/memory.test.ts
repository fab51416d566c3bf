// The in-memory keys pass the shared suite.
import { keyStoreSuite } from "./keys.suite.ts";
import { createMemoryKeys } from "./memory.ts";

keyStoreSuite(createMemoryKeys);
