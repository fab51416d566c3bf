// The in-memory store keeps the contract.
import { inventoryStoreContract } from "./contract.ts";
import { createMemoryStore } from "./memory.ts";

inventoryStoreContract(createMemoryStore);
