// The jobs of a worker thread and their results: run seeds, run and explain one plan, shrink one plan.

import { type CascadesResult, judgeCascades } from "./cascade/judge.ts";
import { createCheckers } from "./checkers/index.ts";
import type { Violation } from "./checkers/observed.ts";
import type { Note } from "./context.ts";
import type { Versions } from "./deployments.ts";
import { flakyBulkOf } from "./flaky-bulk.ts";
import { type Neighbour, neighbourOf } from "./neighbour.ts";
import { childNumber, type Plan } from "./plan.ts";
import { rehearsalOf } from "./rehearsal-plan.ts";
import { planOf } from "./seed-plan.ts";
import { shrink } from "./shrink.ts";
import { type Run, simulate } from "./simulate.ts";

export type Job =
  | { kind: "seeds"; from: number; count: number; sabotage?: boolean; bulk?: number; rehearsal?: boolean }
  | { kind: "plan"; plan: Plan }
  | { kind: "cascades"; from: number; count: number }
  | { kind: "neighbours"; from: number; count: number; bulk: number }
  | { kind: "shrink"; plan: Plan; milliseconds: number };

export type SeedsResult = {
  seeds: number;
  orders: number;
  faults: number;
  events: number;
  steps: number;
  /** Steps, ends, races and faults, by name. */
  coverage: [string, number][];
  failures: { plan: Plan; violations: Violation[] }[];
};

export type PlanResult = {
  plan: Plan;
  violations: Violation[];
  traceHash: number;
  events: number;
  notes: readonly Note[];
  orderIds: [number, string][];
};

export type ResultOf<J extends Job> = J extends { kind: "seeds" }
  ? SeedsResult
  : J extends { kind: "cascades" }
    ? CascadesResult
    : J extends { kind: "neighbours" }
      ? Neighbour[]
      : PlanResult;

/** A job over loaded code; `now` is in milliseconds, for the time a shrinking may take. */
export async function work<J extends Job>(
  job: J,
  versions: Versions,
  now: () => number,
): Promise<ResultOf<J>> {
  switch (job.kind) {
    case "seeds":
      return (await runSeeds(job, versions)) as ResultOf<J>;
    case "cascades":
      return (await judgeCascades(job, versions)) as ResultOf<J>;
    case "neighbours":
      return (await runNeighbours(job, versions)) as ResultOf<J>;
    case "plan":
      return (await runPlan(job.plan, versions)) as ResultOf<J>;
    case "shrink": {
      const until = now() + job.milliseconds;
      const small = await shrinkFailing(job.plan, versions, () => now() > until);
      return (await runPlan(small, versions)) as ResultOf<J>;
    }
  }
}

async function runSeeds(
  { bulk, count, from, rehearsal = false, sabotage = false }: Job & { kind: "seeds" },
  versions: Versions,
): Promise<SeedsResult> {
  const result: SeedsResult = {
    seeds: 0,
    orders: 0,
    faults: 0,
    events: 0,
    steps: 0,
    coverage: [],
    failures: [],
  };
  const coverage = new Map<string, number>();
  for (let seed = from; seed < from + count; seed++) {
    const drawn = bulk === undefined ? planOf(seed) : flakyBulkOf(seed, bulk);
    const plan = rehearsal ? rehearsalOf(drawn) : drawn;
    const run = await runSafely(plan, versions, { sabotage });
    result.seeds++;
    result.orders += ordersIn(plan);
    result.events += run.events;
    result.steps += run.steps;
    for (const [kind, times] of run.met) {
      result.faults += times;
      add(coverage, `fault ${kind}`, times);
    }
    for (const [name, times] of run.coverage) add(coverage, name, times);
    if (run.violations.length > 0) result.failures.push({ plan, violations: run.violations });
  }
  return { ...result, coverage: [...coverage] };
}

async function runNeighbours(
  { bulk, count, from }: Job & { kind: "neighbours" },
  versions: Versions,
): Promise<Neighbour[]> {
  const all: Neighbour[] = [];
  for (let seed = from; seed < from + count; seed++) all.push(await neighbourOf(seed, bulk, versions));
  return all;
}

function ordersIn({ bulks = [], orders }: Plan): number {
  return bulks.reduce((sum, bulk) => sum + bulk.orders.length, orders.length);
}

const add = (coverage: Map<string, number>, name: string, times: number) =>
  void coverage.set(name, (coverage.get(name) ?? 0) + times);

type Options = { isRecording?: boolean; sabotage?: boolean };

/** What the code throws outside of any function is a failure of the plan, too. */
async function runSafely(
  plan: Plan,
  versions: Versions,
  options: Options = {},
): Promise<Omit<Run, "world"> & { world?: Run["world"] }> {
  try {
    return await simulate(plan, { versions, checkers: createCheckers, ...options });
  } catch (error) {
    const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return {
      plan,
      violations: [{ invariant: "crash", detail }],
      failedAt: undefined,
      traceHash: 0,
      steps: 0,
      events: 0,
      met: new Map(),
      coverage: new Map(),
      notes: [],
    };
  }
}

async function runPlan(plan: Plan, versions: Versions): Promise<PlanResult> {
  const run = await runSafely(plan, versions, { isRecording: true });
  const { events, notes, traceHash, violations, world } = run;
  const { bulks = [], feeds = [], orders } = plan;
  const children = bulks.flatMap((bulk) => bulk.orders.map((_, row) => childNumber(bulk.number, row)));
  const numbers = [...[...orders, ...bulks, ...feeds].map(({ number }) => number), ...children];
  const orderIds = numbers.map((number): [number, string] => [number, world?.orderIdOf({ number }) ?? ""]);
  return { plan, violations, traceHash, events, notes, orderIds };
}

/** Fails in the same way: one of the invariants that were broken is broken. */
async function shrinkFailing(plan: Plan, versions: Versions, isOver: () => boolean): Promise<Plan> {
  const { violations } = await runSafely(plan, versions);
  const looked = new Set(violations.map(({ invariant }) => invariant));
  const fails = async (candidate: Plan) =>
    (await runSafely(candidate, versions)).violations.some(({ invariant }) => looked.has(invariant));
  return looked.size > 0 ? shrink(plan, fails, isOver) : plan;
}
