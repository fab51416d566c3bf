// `pnpm simulate`: runs seeds or one plan in threads, shrinks and explains what fails, reports coverage.
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { relative } from "node:path";
import { fileURLToPath } from "node:url";
import { command, run, UsageError, type Values } from "@order-saga/arguments";
import { drawCascade, judgeMany, planToDraw } from "./cascade/command.ts";
import { neverHit, unnamed } from "./coverage.ts";
import { flakyBulkOf } from "./flaky-bulk.ts";
import type { PlanResult, SeedsResult } from "./jobs.ts";
import { MOST_TIMES, type Neighbour, sayNeighbours } from "./neighbour.ts";
import { asPlan, type Plan } from "./plan.ts";
import { type Pool, startPool } from "./pool.ts";
import { reportOf } from "./report.ts";
import { kinds } from "./seed-faults.ts";
import { planOf } from "./seed-plan.ts";
import { timelineOf } from "./timeline.ts";

const DEFAULT_SEEDS = 1000;
const GATED_SEEDS = 2000;
const SEEDS_PER_JOB = 20;
const SHRINK_MILLISECONDS = 30_000;
const CANARY_SEEDS = 40;

const failuresFolder = new URL("../failures/", import.meta.url);

const options = {
  seeds: { kind: "whole", least: 1, says: `how many seeds, default ${DEFAULT_SEEDS}` },
  minutes: { kind: "number", least: 0, says: "as many seeds as fit into these minutes" },
  from: { kind: "whole", least: 0, value: "SEED", says: "the first seed; fresh ones unless given" },
  seed: { kind: "whole", least: 0, value: "SEED", says: "one seed" },
  plan: { kind: "text", value: "FILE", says: "one plan" },
  bulk: {
    kind: "whole",
    least: 1,
    value: "ORDERS",
    says: "each seed is one bulk of so many orders under a flaky network",
  },
  cascade: { kind: "text", value: "FILE", says: "draw what the fault of one plan has caused, as an SVG" },
  preset: { kind: "text", value: "NAME", says: "a cascade that shops know, such as provider-down" },
  cascades: {
    kind: "whole",
    least: 1,
    says: "judge so many plans of one fault: what is drawn has to be what differs",
  },
  neighbour: {
    kind: "flag",
    says: `with --bulk: how long another customer's order takes beside it; fails above ${MOST_TIMES} times its time alone`,
  },
  timeline: { kind: "flag", says: "print what happened to each order of one seed or plan" },
  threads: { kind: "whole", least: 1, default: 2, says: "threads that run seeds" },
  gate: {
    kind: "flag",
    says: "fail if a step, an end, a race or a fault was never hit (given 2,000 seeds or more, always)",
  },
} as const;
type SimulateOptions = Values<typeof options>;

const simulate = command(
  {
    name: "pnpm simulate",
    says: "Runs the saga in simulated worlds with faults; makes what fails small, and says how it came about.",
    usage: [
      "[--seeds N] [--minutes N] [--from SEED] [--threads N] [--gate]",
      "--bulk ORDERS [--neighbour] [--seeds N] [--from SEED]",
      "--seed SEED [--timeline]",
      "--plan FILE [--timeline]",
      "--cascade FILE (--preset NAME | --seed SEED | --plan FILE)",
      "--cascades N [--from SEED] [--threads N]",
    ],
    options,
  },
  async (options) => {
    const { cascade, cascades, from = 1, preset, seed } = options;
    if (cascade !== undefined) {
      const given = options.plan === undefined ? undefined : onePlan(options);
      const { caption, plan } = planToDraw({ preset, seed, plan: given });
      return drawCascade(cascade, plan, caption);
    }
    const plan = onePlan(options);
    const pool = startPool(options.threads);
    try {
      if (cascades !== undefined) return await judgeMany(pool, cascades, from);
      if (plan) return await runOne(pool, plan, options);
      return options.neighbour ? await measureNeighbours(pool, options) : await runMany(pool, options);
    } finally {
      await pool.stop();
    }
  },
);

function onePlan({ bulk, plan, seed }: SimulateOptions): Plan | undefined {
  if (plan === undefined)
    return seed === undefined ? undefined : bulk === undefined ? planOf(seed) : flakyBulkOf(seed, bulk);
  try {
    return asPlan(JSON.parse(readFileSync(plan, "utf8")));
  } catch (error) {
    throw new UsageError(`--plan ${plan} is no plan: ${error instanceof Error ? error.message : error}`);
  }
}

async function runOne(pool: Pool, plan: Plan, options: SimulateOptions): Promise<number> {
  const result = await pool.do({ kind: "plan", plan });
  if (result.violations.length > 0) {
    tell(result, options.plan ?? save(plan, `seed-${plan.seed}`));
    return 1;
  }
  if (options.timeline) {
    for (const [number, orderId] of result.orderIds) {
      console.log(
        [`order ${number}  ${orderId}`, ...timelineOf(result.notes, orderId, plan.start), ""].join("\n"),
      );
    }
  }
  const faults = `${plan.faults.length} fault(s) planned`;
  console.log(
    `✓ seed ${plan.seed}: ${plan.orders.length} orders, ${faults}, ${result.events} events, trace ${result.traceHash.toString(16)}`,
  );
  return 0;
}

async function runMany(pool: Pool, options: SimulateOptions): Promise<number> {
  const begun = performance.now();
  const { from = Date.now() % 2 ** 31, minutes } = options;
  const bulk = options.bulk === undefined ? {} : { bulk: options.bulk };
  const seeds = options.seeds ?? (minutes ? Number.MAX_SAFE_INTEGER : DEFAULT_SEEDS);
  const until = minutes === undefined ? Number.POSITIVE_INFINITY : begun + minutes * 60_000;
  const total: SeedsResult = {
    seeds: 0,
    orders: 0,
    faults: 0,
    events: 0,
    steps: 0,
    coverage: [],
    failures: [],
  };
  const coverage = new Map<string, number>();
  let next = from;

  const takeTurns = async () => {
    while (next < from + seeds && performance.now() < until && total.failures.length === 0) {
      const count = Math.min(SEEDS_PER_JOB, from + seeds - next);
      next += count;
      add(total, await pool.do({ kind: "seeds", from: next - count, count, ...bulk }), coverage);
    }
  };
  const progress = showProgress(() => lineOf(total, begun));
  try {
    await Promise.all(Array.from({ length: pool.threads }, takeTurns));
  } finally {
    progress.stop();
  }
  console.log(`${lineOf(total, begun)}  (seeds from ${from})`);
  const [failure] = total.failures;
  if (failure) {
    const small = await pool.do({ kind: "shrink", plan: failure.plan, milliseconds: SHRINK_MILLISECONDS });
    tell(small, save(small.plan, `seed-${failure.plan.seed}`));
    return 1;
  }
  const isGated = options.gate || (total.seeds >= GATED_SEEDS && options.bulk === undefined);
  return (await canarySings(pool, from)) && showCoverage(coverage, isGated) ? 0 : 1;
}

async function measureNeighbours(pool: Pool, options: SimulateOptions): Promise<number> {
  const { bulk, from = 1, seeds = 50 } = options;
  if (bulk === undefined) throw new UsageError("--neighbour is beside a bulk: of how many orders, --bulk?");
  const all: Neighbour[] = [];
  const progress = showProgress(() => `${all.length} seeds`);
  try {
    const one = async (seed: number) =>
      void all.push(...(await pool.do({ kind: "neighbours", from: seed, count: 1, bulk })));
    await Promise.all(Array.from({ length: seeds }, (_, index) => one(from + index)));
  } finally {
    progress.stop();
  }
  const { isGood, line } = sayNeighbours(all);
  console.log(`${seeds} seeds from ${from}: ${line}`);
  return isGood ? 0 : 1;
}

function add(total: SeedsResult, more: SeedsResult, coverage: Map<string, number>): void {
  total.seeds += more.seeds;
  total.orders += more.orders;
  total.faults += more.faults;
  total.events += more.events;
  total.steps += more.steps;
  total.failures.push(...more.failures);
  for (const [name, times] of more.coverage) coverage.set(name, (coverage.get(name) ?? 0) + times);
}

function lineOf({ events, faults, orders, seeds }: SeedsResult, begun: number): string {
  const seconds = (performance.now() - begun) / 1000;
  const figure = (value: number) => value.toLocaleString("en");
  const rate = `${(seeds / seconds).toFixed(0)} seeds/s`;
  return `${figure(seeds)} seeds, ${figure(orders)} orders, ${figure(faults)} faults, ${figure(events)} events, ${seconds.toFixed(0)} s, ${rate}`;
}

/** One line that is written over on a terminal, a line every ten seconds elsewhere. */
function showProgress(line: () => string): { stop(): void } {
  const { isTTY } = process.stderr;
  const show = () => process.stderr.write(isTTY ? `\r${line()} ` : `${line()}\n`);
  const timer = setInterval(show, isTTY ? 500 : 10_000);
  return {
    stop() {
      clearInterval(timer);
      if (isTTY) process.stderr.write("\r");
    },
  };
}

/** Where tables ignore write conditions, the checkers must find violations; else they are blind. */
async function canarySings(pool: Pool, from: number): Promise<boolean> {
  const { failures } = await pool.do({ kind: "seeds", from, count: CANARY_SEEDS, sabotage: true });
  const found = [
    ...new Set(failures.flatMap(({ violations }) => violations.map(({ invariant }) => invariant))),
  ];
  console.log(
    found.length > 0
      ? `canary: ${failures.length} of ${CANARY_SEEDS} seeds fail in a broken world (${found.sort().join(", ")})`
      : `✗ canary: not one of ${CANARY_SEEDS} seeds fails in a broken world, so the checkers are blind`,
  );
  return found.length > 0;
}

/** False if the run is gated and something with a name was never hit. */
function showCoverage(coverage: ReadonlyMap<string, number>, isGated: boolean): boolean {
  for (const group of ["step", "end", "race", "fault"]) {
    const hit = [...coverage].filter(([name]) => name.startsWith(`${group} `));
    const counts = hit
      .sort((a, b) => b[1] - a[1])
      .map(([name, times]) => `${name.slice(group.length + 1)} ${times}`);
    console.log(`${group}s (${hit.length}): ${counts.join(", ")}`);
  }
  const missing = neverHit(coverage, [...kinds, "mail-returned"]);
  const surprising = unnamed(coverage);
  for (const name of missing) console.log(`${isGated ? "✗ " : ""}never hit: ${name}`);
  for (const name of surprising) console.log(`✗ made, but not named in coverage.ts: ${name}`);
  return surprising.length === 0 && (missing.length === 0 || !isGated);
}

function tell(result: PlanResult, planFile: string): void {
  console.error(reportOf({ ...result, orderIds: new Map(result.orderIds) }, { planFile, commit: commit() }));
}

/** Writes the plan where it can be run again, and returns its path from here. */
function save(plan: Plan, name: string): string {
  mkdirSync(failuresFolder, { recursive: true });
  const file = fileURLToPath(new URL(`${name}.json`, failuresFolder));
  writeFileSync(file, `${JSON.stringify(plan, null, 2)}\n`);
  return relative(process.cwd(), file);
}

function commit(): string {
  try {
    return execFileSync("git", ["rev-parse", "HEAD"], { encoding: "utf8", stdio: "pipe" }).trim();
  } catch {
    return "unknown";
  }
}

await run(simulate);
