// A planted bug is found by some seed, and the plan that shows it becomes so small that a person can read it.
import { expect, test } from "vitest";
import { huntAll } from "../src/mutants/run.ts";
import { planOf } from "../src/seed-plan.ts";

const planted = ["failed-entries-not-counted"];
/** Was seen to find it; without that seed three hundred plans come before. */
const FOUND_AT = 340;
const plantedDeep = [
  "claimed-before-processed",
  "new-provider-key-on-retry",
  "capture-without-stock",
  "conflict-taken-as-shortage",
];

// The time is a last resort: a busy machine takes longer for the same plans.
test("a planted bug comes down to two orders and four faults", { timeout: 600_000 }, async () => {
  await comeDown(planted);
});

test.skipIf(!process.env.NIGHTLY)(
  "so do others (NIGHTLY=1: a minute of two cores)",
  { timeout: 600_000 },
  async () => {
    await comeDown(plantedDeep);
  },
);

async function comeDown(mutants: readonly string[]): Promise<void> {
  const hunts = mutants.map((mutant) => {
    return { mutant, first: [FOUND_AT], from: 1, seeds: 3000, shrinkMilliseconds: 240_000 };
  });
  for (const { killed, mutant, smallest } of await huntAll(hunts, { threads: 2 })) {
    const large = planOf(killed?.seed ?? 0);
    const { milliseconds = 0, plan = large } = smallest ?? {};
    console.log(
      `${mutant}: seed ${large.seed} breaks ${killed?.by}; ${large.orders.length} orders and ${large.faults.length} ` +
        `faults came down to ${plan.orders.length} and ${plan.faults.length} in ${(milliseconds / 1000).toFixed(1)} s`,
    );
    expect(smallest, mutant).toBeDefined();
    expect(plan.orders.length, mutant).toBeLessThanOrEqual(2);
    expect(plan.faults.length, mutant).toBeLessThanOrEqual(4);
  }
}
