// `pnpm test`: every test, or those of the files that are named, with vitest.
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { readArguments } from "./options.ts";

const help = `Usage: pnpm test [PATH …] [-t NAME] [-u]

Runs every test, or those of the files whose path has one of the PATHs in it. Everything else that vitest can do:
npx vitest --config vitest.workspace.ts --help

  -t, --testNamePattern NAME  only tests whose name matches
  -u, --update                write the snapshots anew
  --help                      this text`;

const { positionals, values } = readArguments(help, {
  allowPositionals: true,
  options: {
    testNamePattern: { type: "string", short: "t" },
    update: { type: "boolean", short: "u" },
  },
});

const vitest = fileURLToPath(new URL("../node_modules/vitest/vitest.mjs", import.meta.url));
const words = ["run", "--config", "vitest.workspace.ts", "--maxWorkers=100%", ...positionals];
if (values.testNamePattern !== undefined) words.push("--testNamePattern", values.testNamePattern);
if (values.update) words.push("--update");
// Hundreds of processes and threads compile the same files; with the cache each file is compiled once.
const cache = fileURLToPath(new URL("../node_modules/.cache/compiled", import.meta.url));
const env = { NODE_COMPILE_CACHE: cache, ...process.env };
spawn(process.execPath, [vitest, ...words], { stdio: "inherit", env }).on("exit", (code) => {
  process.exitCode = code ?? 1;
});
