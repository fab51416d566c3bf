// The port to payment's records: one per order, every write conditional on the version before it.
import type { Payment } from "../payment.ts";

export type PaymentStore = {
  /** A strongly consistent read. */
  load(orderId: string): Promise<Payment | undefined>;
  /** Writes version n over version n - 1, or anew if n is 1. False if another writer was first. */
  save(next: Payment): Promise<boolean>;
  /** Payments whose `dueAt` has come, by an index that may lag: check each again. */
  due(now: number, limit: number): Promise<{ orderIds: string[]; more: boolean }>;
};
