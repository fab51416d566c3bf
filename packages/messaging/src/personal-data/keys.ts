// The port of the customers' keys: each customer has one, until they are forgotten.
import type { CustomerKey } from "./sealing.ts";

export type KeyStore = {
  /** Strongly consistent where `isFresh`; another read may miss a key that was made a moment ago. */
  load(customer: string, isFresh: boolean): Promise<CustomerKey | undefined>;
  /** Keeps the key if the customer has none, and returns the one that is there then. */
  create(customer: string, key: CustomerKey): Promise<CustomerKey>;
};

/** What an operator may do and no function may. */
export type ForgettingKeyStore = KeyStore & {
  /** Deletes the key; true if there was one. */
  forget(customer: string): Promise<boolean>;
};
