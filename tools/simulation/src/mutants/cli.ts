// `pnpm mutants`: hunts every mutant with the simulator's seeds, and says which checker caught each.
import { command, run, UsageError, type Values } from "@order-saga/arguments";
import { canaryFrom, songOf } from "./canary.ts";
import { mutantNamed, mutants } from "./list.ts";
import { markdownOf, medianOf, tableOf } from "./report.ts";
import { huntAll } from "./run.ts";

/** What half of the mutants need at most, if the faults and checkers are any good. */
const MEDIAN_SEEDS = 1000;

const options = {
  seeds: { kind: "whole", least: 1, default: 3000, says: "seeds before a mutant counts as a survivor" },
  from: { kind: "whole", least: 1, default: 1, value: "SEED", says: "the first seed" },
  threads: { kind: "whole", least: 1, default: 2, says: "threads that run seeds" },
  gate: {
    kind: "flag",
    says: "every mutant; fail also if the median is above 1,000 seeds, or the shipped code breaks in a seed",
  },
  markdown: { kind: "flag", says: "the table as the README of the mutants has it" },
} as const;

const mutantsCommand = command(
  {
    name: "pnpm mutants",
    says: "Hunts every mutant, or those that are named, with the simulator's seeds.",
    words: [{ name: "MUTANT", of: mutants.map(({ name }) => name), isOptional: true, isRepeatable: true }],
    options,
    notes: `The mutants:\n${mutants.map(({ name }) => `  ${name}`).join("\n")}`,
  },
  hunt,
);

async function hunt(
  { from, gate, markdown, seeds, threads }: Values<typeof options>,
  names: readonly string[],
): Promise<number> {
  const begun = performance.now();
  if (gate && names.length > 0) throw new UsageError("--gate is for every mutant, so name none");
  const chosen = names.length > 0 ? names.map(mutantNamed) : mutants;

  const [canary] = await huntAll([canaryFrom(from)], { threads: 1 });
  if (canary) console.log(songOf(canary));
  if (!canary?.killed) return 1;

  const hunts = chosen.map(({ name }) => ({ mutant: name, first: [], from, seeds }));
  const caught = await huntAll(hunts, {
    threads,
    onCatch: ({ killed, mutant, seeds: run }) =>
      process.stderr.write(`${killed ? "✓" : "✗"} ${mutant}: ${killed?.by ?? "alive"} after ${run}\n`),
  });
  const killed = caught.filter((each) => each.killed).length;
  const foul = [...new Set(caught.flatMap((each) => each.foul))].sort((a, b) => a - b);
  const median = medianOf(caught);
  const seconds = Math.round((performance.now() - begun) / 1000);
  console.log(`\n${markdown ? markdownOf(caught) : tableOf(caught)}\n`);
  for (const seed of foul)
    console.log(`✗ the shipped code does not pass seed ${seed}: pnpm simulate --seed ${seed}`);
  console.log(`${killed} of ${caught.length} mutants killed, median ${median} seeds, ${seconds} s`);
  const isGood = killed === caught.length;
  return isGood && (!gate || (median <= MEDIAN_SEEDS && foul.length === 0)) ? 0 : 1;
}

await run(mutantsCommand);
