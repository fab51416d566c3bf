// The in-memory store keeps the contract.
import { paymentStoreContract } from "./contract.ts";
import { createMemoryStore } from "./memory.ts";

paymentStoreContract(createMemoryStore);
