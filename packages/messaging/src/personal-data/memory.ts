// The customers' keys in memory.
import type { ForgettingKeyStore, StoppingKeyStore } from "./keys.ts";
import {
  createOpen,
  createSeal,
  createSealForKnown,
  type Open,
  type Seal,
  type SealForKnown,
} from "./personal-data.ts";
import type { CustomerKey } from "./sealing.ts";

export function createMemoryKeys(): ForgettingKeyStore & StoppingKeyStore {
  const keys = new Map<string, CustomerKey>();
  return {
    load: async (customer) => keys.get(customer),
    async create(customer, key) {
      if (!keys.has(customer)) keys.set(customer, key);
      return keys.get(customer) ?? key;
    },
    async stop(customer, keyId, mark, why) {
      const key = keys.get(customer);
      if (key?.id !== keyId || (key.stops?.[mark] === "complained" && why === "bounced")) return;
      keys.set(customer, { ...key, stops: { ...key.stops, [mark]: why } });
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
