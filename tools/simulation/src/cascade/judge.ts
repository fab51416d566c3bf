// Judges cascades: of each plan of one fault, what is drawn has to be what differs from the plan without it.
import type { Versions } from "../deployments.ts";
import { closureOf, type Edge, edges } from "./closure.ts";
import { oneFaultPlanOf } from "./one-fault.ts";
import { cascadeOf } from "./radius.ts";
import { runTwins } from "./twin.ts";

export type CascadesResult = {
  plans: number;
  /** Plans whose fault was met; the others say nothing. */
  met: number;
  /** Orders that differ in ends, money, units, mails, deadlines or moments. */
  differing: number;
  /** By what reached an order, a bulk or a feed: the fault, or what it shares with another. */
  reached: Record<"fault" | Edge, number>;
  /** Each with its seed: what differs and is not drawn, or the other way round, or has no cause. */
  differences: string[];
};

export const noCascades = (): CascadesResult => ({
  plans: 0,
  met: 0,
  differing: 0,
  reached: { fault: 0, batch: 0, shared: 0, queue: 0 },
  differences: [],
});

/** `followed` leaves out edges, to see that they are needed. */
export async function judgeCascades(
  { count, from }: { from: number; count: number },
  versions: Versions,
  followed: readonly Edge[] = edges,
): Promise<CascadesResult> {
  const result = noCascades();
  for (let seed = from; seed < from + count; seed++) {
    const twins = await runTwins(oneFaultPlanOf(seed), versions);
    result.plans++;
    if (twins.struck.trace.met.size > 0) result.met++;
    const { closure, disagreements, orders } = cascadeOf(twins, closureOf(twins, followed));
    result.differing += orders.length;
    for (const { cause } of closure.reached.values()) result.reached[cause.by]++;
    result.differences.push(
      ...closure.unexplained.map(
        ({ at, entity }) => `seed ${seed}: ${entity} differs at ${at} ms without a cause`,
      ),
      ...disagreements.map(
        (number) => `seed ${seed}: order ${number} is drawn and does not differ, or differs`,
      ),
    );
  }
  return result;
}

export function addCascades(total: CascadesResult, more: CascadesResult): void {
  total.plans += more.plans;
  total.met += more.met;
  total.differing += more.differing;
  for (const by of Object.keys(total.reached) as (keyof typeof total.reached)[])
    total.reached[by] += more.reached[by];
  total.differences.push(...more.differences);
}
