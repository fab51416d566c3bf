// `pnpm rehearse`: the last release and the working tree in one simulated world, with a rollback in it.
import { mkdirSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { command, run, type Values } from "@order-saga/arguments";
import type { SeedsResult } from "@order-saga/simulation/jobs";
import { type Pool, startPool } from "@order-saga/simulation/pool";
import { reportOf } from "@order-saga/simulation/report";
import { codeOfCommit, lastRelease } from "../released.ts";

const SEEDS_PER_JOB = 20;
const SHRINK_MILLISECONDS = 30_000;

const options = {
  from: { kind: "text", value: "REF", says: "a commit in the place of the last release" },
  seeds: { kind: "whole", least: 1, default: 200, says: "how many rehearsals" },
  first: { kind: "whole", least: 0, default: 1, value: "SEED", says: "the first seed" },
  threads: { kind: "whole", least: 1, default: 2, says: "threads that run them" },
} as const;

async function rehearse({ first, from, seeds, threads }: Values<typeof options>): Promise<number> {
  const begun = performance.now();
  // Bundled once, before the threads need it.
  if (from !== undefined) await codeOfCommit(from);
  const versions = new URL("./versions.ts", import.meta.url);
  if (from !== undefined) versions.searchParams.set("from", from);
  const pool = startPool(threads, versions.href);
  const total = { seeds: 0, orders: 0, deployments: 0, failures: [] as SeedsResult["failures"] };
  let next = first;
  const takeTurns = async () => {
    while (next < first + seeds && total.failures.length === 0) {
      const count = Math.min(SEEDS_PER_JOB, first + seeds - next);
      next += count;
      const done = await pool.do({ kind: "seeds", from: next - count, count, rehearsal: true });
      total.seeds += done.seeds;
      total.orders += done.orders;
      total.deployments += new Map(done.coverage).get("fault deploy") ?? 0;
      total.failures.push(...done.failures);
    }
  };
  try {
    await Promise.all(Array.from({ length: threads }, takeTurns));
    const [failure] = total.failures;
    if (failure) await tell(pool, failure);
    const seconds = ((performance.now() - begun) / 1000).toFixed(0);
    console.log(
      `${failure ? "✗" : "✓"} ${from ?? lastRelease()} → working tree → back: ${total.seeds} rehearsals from seed ${first}, ` +
        `${total.orders} orders, ${total.deployments} deployments, ${total.failures.length} violated, ${seconds} s`,
    );
    return failure ? 1 : 0;
  } finally {
    await pool.stop();
  }
}

/** Makes the plan small, keeps it, and says what happened in it. */
async function tell(pool: Pool, { plan }: SeedsResult["failures"][number]): Promise<void> {
  const small = await pool.do({ kind: "shrink", plan, milliseconds: SHRINK_MILLISECONDS });
  const folder = new URL("../../failures/", import.meta.url);
  mkdirSync(folder, { recursive: true });
  const planFile = fileURLToPath(new URL(`rehearsal-${plan.seed}.json`, folder));
  writeFileSync(planFile, `${JSON.stringify(small.plan, null, 2)}\n`);
  console.error(reportOf({ ...small, orderIds: new Map(small.orderIds) }, { planFile, commit: "this tree" }));
}

await run(
  command(
    {
      name: "pnpm rehearse",
      says: "Runs the last release and this tree side by side, deployed and rolled back under faults.",
      options,
    },
    rehearse,
  ),
);
