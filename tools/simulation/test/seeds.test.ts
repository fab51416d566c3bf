// The command runs fresh seeds in threads: none fails, and some fail in a world broken on purpose.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const cli = fileURLToPath(new URL("../src/cli.ts", import.meta.url));

/** Fresh ones: CI simulates a thousand fixed ones beside its tests, and the night an hour of fresh ones. */
const SEEDS = process.env.NIGHTLY ? "400" : "40";

async function simulating(...options: string[]): Promise<{ exitCode: number; output: string }> {
  const simulation = spawn(process.execPath, [cli, ...options], { stdio: ["ignore", "pipe", "pipe"] });
  const said: string[] = [];
  simulation.stdout.on("data", (data) => said.push(String(data)));
  simulation.stderr.on("data", (data) => said.push(String(data)));
  const [exitCode] = await once(simulation, "close");
  return { exitCode, output: said.join("") };
}

test("fresh seeds break no invariant, and a broken world does", { timeout: 600_000 }, async () => {
  const { exitCode, output } = await simulating("--seeds", SEEDS);
  expect(exitCode, output).toBe(0);
  expect(output).toMatch(/canary: [1-9]\d* of \d+ seeds fail in a broken world/);
  // The first seed repeats a run.
  console.log(output.split("\n").find((line) => line.includes("seeds from")));
});

test("a run that never hits what has a name fails, if it is gated", { timeout: 300_000 }, async () => {
  const { exitCode, output } = await simulating("--seeds", "5", "--from", "1", "--gate");
  expect(output).toContain("✗ never hit: ");
  expect(exitCode).toBe(1);
});
