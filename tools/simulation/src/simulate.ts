// Runs a plan to its end: orders and faults, then no faults, redriven dead letters and timers until rest.

import type { Checker, Violation } from "./checkers/observed.ts";
import { reservationOf } from "./checkers/records.ts";
import type { Note } from "./context.ts";
import { reach } from "./coverage.ts";
import type { Versions } from "./deployments.ts";
import type { OnAllowed } from "./environments.ts";
import { redrive } from "./operator.ts";
import type { Plan } from "./plan.ts";
import type { Watch } from "./watch.ts";
import { createWorld, type World } from "./world.ts";

export type Run = {
  plan: Plan;
  violations: Violation[];
  /** Virtual moment of the first violation. */
  failedAt: number | undefined;
  traceHash: number;
  steps: number;
  events: number;
  /** Faults that were met, by kind. */
  met: Map<string, number>;
  /** Steps, ends and races, by name. */
  coverage: Map<string, number>;
  notes: readonly Note[];
  world: World;
};

export type RunOptions = {
  versions: Versions;
  checkers: () => Checker[];
  isRecording?: boolean;
  onAllowed?: OnAllowed;
  sabotage?: boolean;
  /** Called with the world before anything happens in it, for measurements. */
  onWorld?: (world: World) => void;
  watch?: Watch;
};

/** Longer than any wait the services have, in virtual time; and more than any run needs, in steps. */
const LONGEST_REST_MILLISECONDS = 45 * 24 * 3600_000;
const MOST_STEPS = 300_000;
const REDRIVES = 4;

export async function simulate(plan: Plan, options: RunOptions): Promise<Run> {
  const world = createWorld(plan, options.versions, options);
  options.onWorld?.(world);
  const { context, observed } = world;
  const { scheduler } = context;
  const checkers = options.checkers();
  const violations: Violation[] = [];
  const afterStep = checkers.filter((checker) => checker.afterStep !== undefined);

  function check(): void {
    const step = world.takeStep();
    if (!step) return;
    for (const checker of afterStep) violations.push(...(checker.afterStep?.(observed, step) ?? []));
  }

  /** False if it was stopped by a violation, or never ends. */
  async function runUntil(isOver: () => boolean): Promise<boolean> {
    while (!isOver()) {
      await scheduler.step();
      check();
      if (violations.length > 0) return false;
      if (scheduler.steps() > MOST_STEPS) {
        violations.push({
          invariant: "rest",
          detail: `the world does not come to rest in ${MOST_STEPS} steps`,
        });
        return false;
      }
    }
    return true;
  }

  async function rest(): Promise<boolean> {
    const latest = scheduler.now() + LONGEST_REST_MILLISECONDS;
    const isQuiet = () => scheduler.next() === undefined;
    if (!(await runUntil(() => isQuiet() || scheduler.now() > latest))) return false;
    if (!isQuiet())
      violations.push({ invariant: "rest", detail: "timers still act after 45 days without a fault" });
    return isQuiet();
  }

  async function run(): Promise<void> {
    let isOpen = false;
    world.customers.open(() => {
      isOpen = true;
    });
    if (!(await runUntil(() => isOpen))) return;
    scheduler.skipTo(plan.start);
    world.begin();
    const end = plan.start + plan.faultsUntil;
    if (!(await runUntil(() => (scheduler.next() ?? Number.POSITIVE_INFINITY) > end))) return;
    scheduler.skipTo(end);
    world.stopFaults();
    if (!(await rest())) return;
    for (let round = 1; round <= REDRIVES; round++) {
      let redriven = 0;
      for (const queue of world.cloud.queues.all.values()) {
        redriven += redrive(context, world.cloud.queues, queue, plan.redriveWithinSeconds);
      }
      if (redriven === 0) break;
      if (!(await rest())) return;
    }
    for (const payment of observed.items("payment")) {
      const reservation = reservationOf(observed, String(payment.orderId));
      reach(context.coverage, `${payment.settlement}/${reservation?.state}`);
    }
    for (const checker of checkers) violations.push(...(checker.atRest?.(observed) ?? []));
  }

  await run();
  return {
    plan,
    violations,
    failedAt: violations.length > 0 ? scheduler.now() : undefined,
    traceHash: context.traceHash(),
    steps: scheduler.steps(),
    events: observed.published.length,
    met: new Map(context.met),
    coverage: context.coverage,
    notes: context.notes,
    world,
  };
}
