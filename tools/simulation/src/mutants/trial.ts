// Runs plans over the functions as this import of them has them: the shipped ones, or a mutant's.
import { createCheckers } from "../checkers/index.ts";
import type { Violation } from "../checkers/observed.ts";
import { loadFunctions } from "../load-functions.ts";
import type { Plan } from "../plan.ts";
import { simulate } from "../simulate.ts";

export type Trial = {
  /** The first violation of the plan, or undefined; what is thrown outside of any function is one too. */
  tryPlan(plan: Plan): Promise<Violation | undefined>;
};

const functions = await loadFunctions();

/** A deployment in the middle replaces the code by itself, so that all of it is the mutant's. */
const versions = { first: functions, second: functions };

export const tryPlan: Trial["tryPlan"] = async (plan) => {
  try {
    const { violations } = await simulate(plan, { versions, checkers: createCheckers });
    return violations[0];
  } catch (error) {
    return { invariant: "crash", detail: error instanceof Error ? error.message : String(error) };
  }
};
