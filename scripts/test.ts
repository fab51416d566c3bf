// `pnpm test`: every test but those of the night, or those of the files that are named, with vitest.
import { spawn } from "node:child_process";
import { globSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { readArguments } from "./options.ts";

const help = `Usage: pnpm test [PATH …] [-t NAME] [-u]

Runs every test but those of *.nightly.test.ts, or all of the files whose path has one of the PATHs in it.
Everything else that vitest can do: npx vitest --config vitest.workspace.ts --help

  -t, --testNamePattern NAME  only tests whose name matches
  -u, --update                write the snapshots anew
  --nightly                   those of *.nightly.test.ts alone, and all that NIGHTLY=1 adds to the files named
  --help                      this text`;

const { positionals, values } = readArguments(help, {
  allowPositionals: true,
  options: {
    testNamePattern: { type: "string", short: "t" },
    update: { type: "boolean", short: "u" },
    nightly: { type: "boolean" },
  },
});

const NIGHTLY = ".nightly.test.ts";
const vitest = fileURLToPath(new URL("../node_modules/vitest/vitest.mjs", import.meta.url));
const words = ["run", "--config", "vitest.workspace.ts", "--maxWorkers=100%", ...positionals];
if (values.testNamePattern !== undefined) words.push("--testNamePattern", values.testNamePattern);
if (values.update) words.push("--update");
if (values.nightly && positionals.length === 0) words.push(NIGHTLY);
else if (positionals.length === 0) leaveToTheNight();
// Hundreds of processes and threads compile the same files; with the cache each file is compiled once.
const cache = fileURLToPath(new URL("../node_modules/.cache/compiled", import.meta.url));
const env = { NODE_COMPILE_CACHE: cache, ...process.env, ...(values.nightly && { NIGHTLY: "1" }) };
spawn(process.execPath, [vitest, ...words], { stdio: "inherit", env }).on("exit", (code) => {
  process.exitCode = code ?? 1;
});

/** What takes minutes of a core, and covers again in whole processes what shorter tests cover. */
function leaveToTheNight(): void {
  const cwd = fileURLToPath(new URL("../", import.meta.url));
  const files = globSync(`{packages,tools,scripts}/*/{src,test}/**/*${NIGHTLY}`, { cwd });
  console.log(`${files.length} files take minutes and run every night (\`pnpm test --nightly\`):`);
  console.log(
    files
      .map((file) => `  ${file}`)
      .sort()
      .join("\n"),
  );
  words.push("--exclude", `**/*${NIGHTLY}`);
}
