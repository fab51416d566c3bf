// Every root script answers --help with its usage, and a wrong flag with one sentence.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const root = fileURLToPath(new URL("../", import.meta.url));
const { scripts } = JSON.parse(readFileSync(`${root}package.json`, "utf8")) as {
  scripts: Record<string, string>;
};

async function run(script: string, ...args: string[]) {
  const [node, ...words] = (scripts[script] ?? "").split(" ");
  expect(node).toBe("node");
  const child = spawn(process.execPath, [...words, ...args], { cwd: root });
  const exit = once(child, "exit");
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
  return { code: (await exit)[0], stdout, stderr };
}

test.each(Object.keys(scripts))("%s --help prints how it is used", async (script) => {
  const { code, stderr, stdout } = await run(script, "--help");
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(stdout).toMatch(new RegExp(`^Usage: pnpm (-s )?${script}\\b`));
});

test.each(Object.keys(scripts))("%s refuses a wrong flag in one sentence", async (script) => {
  const { code, stderr, stdout } = await run(script, "--no-such-flag");
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  expect(stderr).toMatch(/^[^\n]*--no-such-flag[^\n]*\n$/);
});
