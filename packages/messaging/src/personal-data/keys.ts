// The port of the customers' keys: each customer has one, until they are forgotten.
import type { CustomerKey, MailStop } from "./sealing.ts";

export type KeyStore = {
  /** Strongly consistent where `isFresh`; another read may miss a key that was made a moment ago. */
  load(customer: string, isFresh: boolean): Promise<CustomerKey | undefined>;
  /** Keeps the key if the customer has none, and returns the one that is there then. */
  create(customer: string, key: CustomerKey): Promise<CustomerKey>;
};

/** Asks at half the price; only what that does not find is asked for again. */
export async function findKey(keys: Pick<KeyStore, "load">, customer: string) {
  return (await keys.load(customer, false)) ?? (await keys.load(customer, true));
}

/** A store in which addresses are marked that take no mail. */
export type StoppingKeyStore = Pick<KeyStore, "load"> & {
  /** Marks an address of the customer whose key this is; nothing happens if they have another, or none. */
  stop(customer: string, keyId: string, mark: string, why: MailStop): Promise<void>;
};

/** What an operator may do and no function may. */
export type ForgettingKeyStore = KeyStore & {
  /** Deletes the key; true if there was one. */
  forget(customer: string): Promise<boolean>;
};
