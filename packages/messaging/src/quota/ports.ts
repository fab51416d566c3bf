// The port of quotas: what is counted of each customer.
import type { SaveResult } from "../versioned-store.ts";
import type { Adding, Beginning, Counted } from "./quota.ts";

export type QuotaStore = {
  /** Strongly consistent. */
  load(customer: string): Promise<Counted | undefined>;
  /** Lost if the slot has passed, is full, or has the mark already: many may add at once. */
  add(customer: string, adding: Adding): Promise<SaveResult>;
  /** Lost if another was counted since `over` was read. */
  begin(customer: string, beginning: Beginning): Promise<SaveResult>;
  /** Takes back what was counted under the mark; lost if its slot has passed or it was taken back. */
  giveBack(customer: string, taken: Pick<Adding, "slot" | "mark" | "count">): Promise<SaveResult>;
};
