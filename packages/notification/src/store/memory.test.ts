// The in-memory store keeps the contract.
import { notificationStoreContract } from "./contract.ts";
import { createMemoryStore } from "./memory.ts";

notificationStoreContract(createMemoryStore);
