// `pnpm mutants`: hunts every mutant with the simulator's seeds, prints by which checker each was caught, fails if one was not.
import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import { mutantNamed, mutants } from "./list.ts";
import { medianOf, tableOf } from "./report.ts";
import { huntAll } from "./run.ts";

const USAGE = `pnpm mutants [--seeds N] [--from SEED] [--threads N] [NAME …]   every mutant, or those that are named
  --seeds N    seeds before a mutant counts as a survivor, 3000 unless given
  --from SEED  the first seed, 1 unless given`;

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    seeds: { type: "string", default: "3000" },
    from: { type: "string", default: "1" },
    threads: { type: "string", default: String(Math.min(2, availableParallelism())) },
    help: { type: "boolean", default: false },
  },
});

if (values.help) process.stdout.write(`${USAGE}\n`);
else await main();

async function main(): Promise<void> {
  const chosen = positionals.length > 0 ? positionals.map(mutantNamed) : mutants;
  const hunts = chosen.map(({ name }) => ({
    mutant: name,
    first: [],
    from: Number(values.from),
    seeds: Number(values.seeds),
  }));
  const began = performance.now();
  const caught = await huntAll(hunts, {
    threads: Number(values.threads),
    onCatch: ({ killed, mutant, seeds }) =>
      process.stderr.write(`${killed ? "✓" : "✗"} ${mutant}: ${killed?.by ?? "alive"} after ${seeds}\n`),
  });
  const survivors = caught.filter(({ killed }) => !killed);
  const seconds = Math.round((performance.now() - began) / 1000);
  process.stdout.write(
    `\n${tableOf(caught)}\n\n${caught.length - survivors.length} of ${caught.length} mutants killed, ` +
      `median ${medianOf(caught)} seeds, ${seconds} s\n`,
  );
  if (survivors.length > 0) process.exitCode = 1;
}
