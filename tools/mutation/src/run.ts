// Runs Stryker over one package.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { LogLevel } from "@stryker-mutator/api/core";
import { Stryker } from "@stryker-mutator/core";
import { type Mutant, onOneLine } from "./judge.ts";
import { folderOf, subjects } from "./subjects.ts";

const pathOf = (name: string) => fileURLToPath(new URL(name, import.meta.url));
const runner = fileURLToPath(import.meta.resolve("@stryker-mutator/vitest-runner"));

/**
 * The mutants of some files, which its package's own suite was run against. Stryker works in a copy below the
 * package, and remembers there what has not changed since.
 */
export async function mutate(name: string, files: readonly string[]): Promise<Mutant[]> {
  const folder = folderOf(name);
  process.chdir(folder);
  process.env.MUTATED_FOLDERS = subjects[name]?.join(" ");
  const results = await new Stryker({
    testRunner: "vitest",
    vitest: { configFile: pathOf("suite.config.ts"), related: false },
    plugins: [runner, pathOf("words.ts")],
    ignorers: ["words"],
    mutate: [...files],
    coverageAnalysis: "perTest",
    // What runs once, while a module is imported, would need a fresh process for each mutant.
    ignoreStatic: true,
    concurrency: 1,
    timeoutMS: 2500,
    tempDirName: ".stryker-tmp",
    incremental: true,
    incrementalFile: ".stryker-incremental.json",
    reporters: ["progress-append-only"],
    logLevel: "warn" as LogLevel,
    allowEmpty: true,
  }).runMutationTest();
  const sources = new Map(files.map((file) => [file, readFileSync(join(folder, file), "utf8").split("\n")]));
  const mutants = results.map(({ fileName, location, replacement = "", status }): Mutant => {
    const file = fileName.slice(folder.length).replaceAll("\\", "/");
    const { end, start } = location;
    const lines = (sources.get(file) ?? []).slice(start.line - 1, end.line);
    const last = lines.length - 1;
    const was = lines
      .map((line, at) =>
        line.slice(at === 0 ? start.column - 1 : 0, at === last ? end.column - 1 : undefined),
      )
      .join("\n");
    const at = onOneLine(lines[0] ?? "");
    return { file, line: start.line, at, status, was: onOneLine(was), now: onOneLine(replacement) };
  });
  // It remembers the other files of its package too.
  return mutants.filter((each) => files.includes(each.file));
}
