// A customer's places under a quota: taken before what needs one is done.
import { again, retry } from "../retry.ts";
import type { SaveResult } from "../versioned-store.ts";
import type { QuotaStore } from "./ports.ts";
import { type Asking, type Refusal, type Step, stepFor, type Terms } from "./quota.ts";

export type Quota = {
  readonly terms: Terms;
  /** Undefined if there was room, or if it was counted in this slot already. Rejects if nothing is known. */
  take(customer: string, asking: Asking): Promise<Refusal | undefined>;
  /** What was counted and not done. Best effort: what stays counted leaves with its slot. */
  giveBack(customer: string, taken: Pick<Asking, "mark" | "count">): Promise<void>;
};

/** Only the first of a slot, and the last of a quota, are lost to others. */
const ATTEMPTS = 10;

export function createQuota(store: QuotaStore, terms: Terms): Quota {
  const write = (customer: string, step: Exclude<Step, { do: "rest" | "refuse" }>): Promise<SaveResult> =>
    step.do === "add" ? store.add(customer, step.adding) : store.begin(customer, step.beginning);
  const exhausted = () => Object.assign(new Error("The quota is contended."), { code: "Contended" });
  return {
    terms,
    take: (customer, asking) =>
      retry({ attempts: ATTEMPTS, exhausted }, async () => {
        const step = stepFor(await store.load(customer), asking, terms);
        if (step.do === "rest") return undefined;
        if (step.do === "refuse") return step.refusal;
        return (await write(customer, step)) === "written" ? undefined : again;
      }),
    async giveBack(customer, taken) {
      const { slot = 0 } = (await store.load(customer)) ?? {};
      await store.giveBack(customer, { ...taken, slot });
    },
  };
}
