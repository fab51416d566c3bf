// The in-memory store keeps the contract.
import { orderStoreContract } from "./contract.ts";
import { createMemoryStore } from "./memory.ts";

orderStoreContract(createMemoryStore);
