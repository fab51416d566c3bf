// The linter finds a function of more than 70 lines, in a test and in a service that no list names too.
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { plant } from "./planted.ts";

const root = fileURLToPath(new URL("../", import.meta.url));
const biome = join(root, "node_modules/@biomejs/biome/bin/biome");

/** The files in which the linter finds a function that is too long. */
function tooLong(files: Readonly<Record<string, string>>): string[] {
  const folder = plant(files);
  mkdirSync(join(folder, "scripts"), { recursive: true });
  for (const path of ["biome.jsonc", "scripts/determinism.grit"])
    cpSync(join(root, path), join(folder, path));
  const words = ["lint", "--reporter=github", "--max-diagnostics=none", "--vcs-enabled=false"];
  const { stderr, stdout } = spawnSync(process.execPath, [biome, ...words], {
    cwd: folder,
    encoding: "utf8",
  });
  const found = `${stdout}${stderr}`.matchAll(/title=lint\/complexity\/noExcessiveLines\w+,file=([^,]*),/g);
  return [...found]
    .map(([, file = ""]) => file.slice(file.search(/(packages|tools|stacks|scripts)\//)))
    .sort();
}

const body = (lines: number) => '  console.log("a line");\n'.repeat(lines);

test("a function has at most 70 lines", () => {
  const long = `export function long() {\n${body(71)}}\n`;
  const files = {
    "packages/shipping/src/rules.ts": long,
    "tools/local/src/runtime.ts": long,
    "stacks/system.ts": long,
    "tools/local/test/runtime.test.ts": `describe("it", () => {\n${body(71)}});\n`,
    "packages/shipping/src/short.ts": `export function short() {\n${body(60)}}\n`,
  };
  expect(tooLong(files)).toEqual([
    "packages/shipping/src/rules.ts",
    "stacks/system.ts",
    "tools/local/src/runtime.ts",
    "tools/local/test/runtime.test.ts",
  ]);
});
