// `pnpm mutants`: hunts every mutant with the simulator's seeds, prints by which checker each was caught, fails if one was not.
import { parseArgs } from "node:util";
import { canaryFrom, songOf } from "./canary.ts";
import { mutantNamed, mutants } from "./list.ts";
import { markdownOf, medianOf, tableOf } from "./report.ts";
import { huntAll } from "./run.ts";

const USAGE = `pnpm mutants [--seeds N] [--from SEED] [--threads N] [NAME …]   every mutant, or those that are named
  --seeds N    seeds before a mutant counts as a survivor, 3000 unless given
  --from SEED  the first seed, 1 unless given
  --threads N  2 unless given
  --gate       every mutant; fail also if the median is above 1,000 seeds, or the shipped code breaks in a seed
  --markdown   the table as the README of the mutants has it`;

/** What half of the mutants need at most, if the faults and checkers are any good. */
const MEDIAN_SEEDS = 1000;

const { positionals: names, values } = parseArgs({
  allowPositionals: true,
  options: {
    seeds: { type: "string", default: "3000" },
    from: { type: "string", default: "1" },
    threads: { type: "string", default: "2" },
    gate: { type: "boolean", default: false },
    markdown: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});

async function main(): Promise<number> {
  const begun = performance.now();
  const from = whole("from", values.from);
  const seeds = whole("seeds", values.seeds);
  const threads = whole("threads", values.threads);
  if (values.gate && names.length > 0) throw new TypeError(`--gate is for every mutant.\n${USAGE}`);
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
  console.log(`\n${values.markdown ? markdownOf(caught) : tableOf(caught)}\n`);
  for (const seed of foul)
    console.log(`✗ the shipped code does not pass seed ${seed}: pnpm simulate --seed ${seed}`);
  console.log(`${killed} of ${caught.length} mutants killed, median ${median} seeds, ${seconds} s`);
  const isGood = killed === caught.length;
  return isGood && (!values.gate || (median <= MEDIAN_SEEDS && foul.length === 0)) ? 0 : 1;
}

function whole(name: string, text: string): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1)
    throw new TypeError(`--${name} takes a whole number above zero.\n${USAGE}`);
  return number;
}

if (values.help) console.log(USAGE);
else process.exitCode = await main();
