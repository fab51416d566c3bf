// `pnpm mutate`: changes the rules one by one, and tells which changes their own suite does not notice.
import { command, run, UsageError, type Values } from "@order-saga/arguments";
import equivalents from "./equivalents.json" with { type: "json" };
import { type Equivalent, judge } from "./judge.ts";
import { mutate } from "./run.ts";
import { mutatedFiles, subjects } from "./subjects.ts";

/** Of the mutants that can be noticed. */
const LEAST_SCORE = 0.96;

const named: Readonly<Record<string, readonly Equivalent[]>> = equivalents;

const options = {
  file: { kind: "text", value: "TEXT", says: "only files whose path has this in it" },
} as const;

const mutateCommand = command(
  {
    name: "pnpm mutate",
    says: "Changes the rules one by one; fails if the packages' own suites do not notice.",
    words: [{ name: "PACKAGE", of: Object.keys(subjects), isOptional: true, isRepeatable: true }],
    options,
    notes: "What no test can notice is named, with the reason, in tools/mutation/src/equivalents.json.",
  },
  async ({ file }: Values<typeof options>, names: readonly string[]): Promise<number> => {
    const chosen = names.length > 0 ? names : Object.keys(subjects);
    let isGood = true;
    // One after the other: each takes all that a suite takes.
    for (const name of chosen) isGood = (await judged(name, file)) && isGood;
    return isGood ? 0 : 1;
  },
);

async function judged(name: string, part: string | undefined): Promise<boolean> {
  const files = mutatedFiles(name).filter((each) => part === undefined || each.includes(part));
  if (files.length === 0) throw new UsageError(`No file of ${name} has ${part} in its path.`);
  const known = (named[name] ?? []).filter((each) => files.includes(each.file));
  const { counted, score, stale, survivors } = judge(await mutate(name, files), known);
  for (const { at, file, line, now, status, was } of survivors)
    console.log(`${file}:${line} ${status}: ${at}\n  - ${was}\n  + ${now}`);
  for (const { file, now, was } of stale)
    console.log(
      `equivalents.json, ${name}: nothing survives like this any more\n  ${file}\n  - ${was}\n  + ${now}`,
    );
  const percent = (Math.floor(score * 1000) / 10).toFixed(1);
  console.log(`${name}: ${percent} % of ${counted} mutants noticed, ${known.length} named as equivalent`);
  return score >= LEAST_SCORE && survivors.length === 0 && stale.length === 0;
}

await run(mutateCommand);
