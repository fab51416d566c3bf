// Runs a plan with its faults and without them: what differs, the faults have caused.

import type { Versions } from "../deployments.ts";
import type { Plan } from "../plan.ts";
import { type Run, simulate } from "../simulate.ts";
import { type Bookkeeper, createBookkeeper, type Outcome } from "./books.ts";
import type { Trace } from "./trace.ts";
import { createTracer } from "./tracer.ts";

export type TracedRun = { readonly run: Run; readonly trace: Trace; outcomeOf(orderId: string): Outcome };

export type Twins = { readonly plan: Plan; readonly struck: TracedRun; readonly calm: TracedRun };

export async function runTwins(plan: Plan, versions: Versions): Promise<Twins> {
  return {
    plan,
    struck: await runTraced(plan, versions),
    calm: await runTraced({ ...plan, faults: [] }, versions),
  };
}

async function runTraced(plan: Plan, versions: Versions): Promise<TracedRun> {
  const tracer = createTracer();
  const books: Bookkeeper = createBookkeeper();
  const run = await simulate(plan, {
    versions,
    checkers: () => [books.checker],
    watch: tracer.watch,
    onWorld: tracer.onWorld,
  });
  return { run, trace: tracer.trace, outcomeOf: (orderId) => books.of(run.world, orderId) };
}
