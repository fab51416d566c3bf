// The command runs seeds in threads, finds nothing in them, and finds what is wrong in a world that was broken on purpose.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

test("two hundred seeds break no invariant, and a broken world does", { timeout: 180_000 }, async () => {
  const cli = fileURLToPath(new URL("../src/cli.ts", import.meta.url));
  const simulation = spawn(process.execPath, [cli, "--seeds", "200", "--from", "1"], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  const said: string[] = [];
  simulation.stdout.on("data", (data) => said.push(String(data)));
  simulation.stderr.on("data", (data) => said.push(String(data)));
  const [exitCode] = await once(simulation, "close");
  const output = said.join("");
  expect(exitCode, output).toBe(0);
  expect(output).toMatch(/canary: [1-9]\d* of \d+ seeds fail in a broken world/);
  console.log(output.split("\n").find((line) => line.includes("seeds from")));
});
