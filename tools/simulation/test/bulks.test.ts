// A bulk under a flaky network breaks no invariant, and another customer's order beside it hardly waits.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const cli = fileURLToPath(new URL("../src/cli.ts", import.meta.url));

async function simulating(...options: string[]): Promise<{ exitCode: number; output: string }> {
  const simulation = spawn(process.execPath, [cli, ...options], { stdio: ["ignore", "pipe", "pipe"] });
  const said: string[] = [];
  simulation.stdout.on("data", (data) => said.push(String(data)));
  simulation.stderr.on("data", (data) => said.push(String(data)));
  const [exitCode] = await once(simulation, "close");
  return { exitCode, output: said.join("") };
}

/** The nightly workflow runs 5,000 seeds of twelve orders and 50 of five hundred, by the same command. */
test("every row of a bulk ends once, and its result is said once", { timeout: 600_000 }, async () => {
  const { exitCode, output } = await simulating("--bulk", "12", "--seeds", "20");
  expect(exitCode, output).toBe(0);
  expect(output).toMatch(/^20 seeds, 260 orders/m);
  // The first seed repeats a run.
  console.log(output.split("\n").find((line) => line.includes("seeds from")));
});

test("an order beside a bulk takes no more than three times its time alone", {
  timeout: 600_000,
}, async () => {
  const { exitCode, output } = await simulating("--bulk", "500", "--neighbour", "--seeds", "2");
  expect(output).toMatch(/2 seeds from 1: beside a bulk an order takes [\d.]+ × .* at most/);
  expect(exitCode, output).toBe(0);
});
