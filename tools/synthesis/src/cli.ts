// `pnpm synth [--stage NAME] [--json FILE]`: renders a stage, judges every promise, prints both; fails if one is broken.
import { existsSync, readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs, parseEnv } from "node:util";
import { root } from "./platform.ts";
import { print } from "./print.ts";
import { promises } from "./promises/index.ts";
import { operationPromises } from "./promises/operations.ts";
import { exampleSettings, synthesize } from "./synthesize.ts";

const usage = `Usage: pnpm synth [--stage NAME] [--json FILE]

  --stage  the stage to render, default production
  --json   where the whole graph is written, default .sst/graph.<stage>.json`;

async function main(): Promise<number> {
  const { stage, json } = options();
  if (!/^[a-z0-9][a-z0-9-]*$/i.test(stage))
    throw new UsageError(`--stage needs letters, digits and hyphens, not ${JSON.stringify(stage)}.`);
  const begun = performance.now();
  const graph = await synthesize(stage, { ...exampleSettings, ...settingsOf(stage) });
  await writeFile(json ?? `.sst/graph.${stage}.json`, `${JSON.stringify(graph, null, 2)}\n`);
  console.log(print(graph));
  // Without an address to tell, only production has alarms.
  const judged = graph.resources.some(({ type }) => type.includes("metricAlarm"))
    ? promises
    : promises.filter((each) => !operationPromises.includes(each));
  const broken = judged.flatMap(({ says, broken }) => {
    const complaints = broken(graph);
    const shown = complaints.slice(0, 5).map((each) => `    ${each}`);
    const rest = complaints.length > 5 ? [`    and ${complaints.length - 5} more`] : [];
    return complaints.length > 0 ? [[`✗ ${says}`, ...shown, ...rest].join("\n")] : [];
  });
  const seconds = ((performance.now() - begun) / 1000).toFixed(1);
  console.log(broken.length > 0 ? broken.join("\n") : `✓ all ${judged.length} promises hold`);
  console.log(`The graph is in ${json ?? `.sst/graph.${stage}.json`} (${seconds} s).`);
  return broken.length > 0 ? 1 : 0;
}

class UsageError extends Error {}

function options(): { stage: string; json: string | undefined } {
  try {
    const text = { type: "string" } as const;
    const args = process.argv.slice(2).filter((each) => each !== "--");
    const { values } = parseArgs({ args, options: { stage: text, json: text } });
    return { stage: values.stage ?? "production", json: values.json };
  } catch (error) {
    throw new UsageError(`${error instanceof Error ? error.message : error}\n\n${usage}`);
  }
}

/** The stage's own settings, as SST reads them: `.env`, over it `.env.<stage>`, over both the shell. */
function settingsOf(stage: string): Record<string, string> {
  const files = [".env", `.env.${stage}`].map((name) => join(root, name)).filter((path) => existsSync(path));
  const written = files.map((path) => parseEnv(readFileSync(path, "utf8")));
  return Object.fromEntries(
    Object.entries(Object.assign({}, ...written, process.env) as Record<string, string>).filter(
      ([, value]) => value,
    ),
  );
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = error instanceof UsageError ? 2 : 1;
}
