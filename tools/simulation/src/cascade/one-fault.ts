// Plans of one fault: a seed's orders, bulks and feeds, and a single fault drawn for them.
import type { Plan } from "../plan.ts";
import { createRandom, hashText, mix } from "../random.ts";
import { drawFaults, faultsUntil } from "../seed-faults.ts";
import { planOf } from "../seed-plan.ts";

/** Several of a kind's faults belong together, so that one alone does nothing; those are drawn again. */
export function oneFaultPlanOf(seed: number): Plan {
  const plan = planOf(seed);
  const random = createRandom(mix(seed, hashText("one fault")));
  for (;;) {
    const faults = drawFaults(random, plan);
    if (faults.length !== 1) continue;
    const last = Math.max(...plan.orders.map(({ at }) => at), 0);
    return { ...plan, faults, faultsUntil: faultsUntil(random, faults, last) };
  }
}
