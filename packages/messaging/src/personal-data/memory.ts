// The customers' keys in memory.
import type { ForgettingKeyStore } from "./keys.ts";
import {
  createOpen,
  createSeal,
  createSealForKnown,
  type Open,
  type Seal,
  type SealForKnown,
} from "./personal-data.ts";
import type { CustomerKey } from "./sealing.ts";

export function createMemoryKeys(): ForgettingKeyStore {
  const keys = new Map<string, CustomerKey>();
  return {
    load: async (customer) => keys.get(customer),
    async create(customer, key) {
      if (!keys.has(customer)) keys.set(customer, key);
      return keys.get(customer) ?? key;
    },
    forget: async (customer) => keys.delete(customer),
  };
}

/** The ports over keys in memory, the same bytes at every run: for tests and models. */
export function memoryPersonalData(
  keys: ForgettingKeyStore = createMemoryKeys(),
): Seal & SealForKnown & Open {
  let drawn = 0;
  const random = (bytes: number) => new Uint8Array(bytes).fill(++drawn % 256);
  return { ...createSeal(keys, random), ...createSealForKnown(keys, random), ...createOpen(keys) };
}
