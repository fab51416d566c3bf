// One rehearsal over the functions as this import has them: the working tree's, or a planted change's.
import { createCheckers } from "@order-saga/simulation/checkers/index";
import type { Violation } from "@order-saga/simulation/checkers/observed";
import { rehearsalOf } from "@order-saga/simulation/rehearsal-plan";
import { planOf } from "@order-saga/simulation/seed-plan";
import { simulate } from "@order-saga/simulation/simulate";
import { loadVersions } from "./versions.ts";

/** The last release, and what this import has. */
export const { first: released, second: functions } = await loadVersions();

/** The first violation of the seed's rehearsal after `first`; what no function throws is one too. */
export async function rehearseSeed(seed: number, first = released): Promise<Violation | undefined> {
  try {
    const plan = rehearsalOf(planOf(seed));
    const versions = { first, second: functions };
    const { violations } = await simulate(plan, { versions, checkers: createCheckers });
    return violations[0];
  } catch (error) {
    return { invariant: "crash", detail: error instanceof Error ? error.message : String(error) };
  }
}
