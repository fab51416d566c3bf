// `pnpm diff`: what the working tree changes since it left a branch, for a terminal or a pull request.
import { command, run, type Values } from "@order-saga/arguments";
import { startPool } from "@order-saga/simulation/pool";
import { NotRendered } from "@order-saga/synthesis/synthesize";
import { commonCommit } from "../commits.ts";
import { describeCommit, describeTree } from "./describe.ts";
import { asMarkdown, asText } from "./section.ts";
import { type Seeds, sectionsOf } from "./sections.ts";

const SEEDS_PER_JOB = 20;

const options = {
  from: { kind: "text", value: "REF", default: "main", says: "the branch that it is compared with" },
  markdown: { kind: "flag", says: "as the comment on a pull request" },
  seeds: { kind: "whole", least: 0, default: 100, says: "how many seeds are run" },
  threads: { kind: "whole", least: 1, default: 2, says: "threads that run them" },
} as const;

async function diff({ from, markdown, seeds, threads }: Values<typeof options>): Promise<void> {
  const commit = commonCommit(from);
  const [before, after] = await Promise.all([describeCommit(commit), describeTree()]);
  const sections = sectionsOf(before, after, await seedsRun(seeds, threads));
  const heading = `What this changes since ${commit.slice(0, 10)}`;
  console.log(markdown ? `### ${heading}\n\n${asMarkdown(sections)}` : `${heading}\n\n${asText(sections)}`);
}

/** Always the same seeds, so that the same tree has the same answer. */
async function seedsRun(count: number, threads: number): Promise<Seeds> {
  const pool = startPool(threads);
  try {
    const starts = Array.from({ length: Math.ceil(count / SEEDS_PER_JOB) }, (_, n) => 1 + n * SEEDS_PER_JOB);
    const done = await Promise.all(
      starts.map((from) =>
        pool.do({ kind: "seeds", from, count: Math.min(SEEDS_PER_JOB, count + 1 - from) }),
      ),
    );
    return { run: count, violated: done.flatMap(({ failures }) => failures.map(({ plan }) => plan.seed)) };
  } finally {
    await pool.stop();
  }
}

await run(
  command(
    {
      name: "pnpm diff",
      says: "Says what the working tree changes: contracts, events, cost, bundles, IAM, resources, alarms, seeds.",
      options,
    },
    async (values) => {
      await diff(values);
      return 0;
    },
  ),
  (error) => error instanceof NotRendered,
);
