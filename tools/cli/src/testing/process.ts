// `pnpm start` as a process of its own, which a test can talk to and kill.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { vi } from "vitest";

export type Running = { process: ChildProcess; url: string; token: string; output: () => string };
export type Ended = { code: number | null; output: string };

export type Command = "start" | "reset" | "demo" | "dev-token";

function spawnCommand(command: Command, args: readonly string[]) {
  const script = fileURLToPath(new URL(`../${command}.ts`, import.meta.url));
  const process_ = spawn(process.execPath, [script, ...args]);
  let output = "";
  for (const stream of [process_.stdout, process_.stderr]) {
    stream.setEncoding("utf8").on("data", (text) => {
      output += text;
    });
  }
  return { process: process_, output: () => output };
}

const anyPorts = ["--port", "0", "--aws-port", "0"];

export type Launched = Pick<Running, "process" | "output">;

/** Begins `pnpm start`, and does not wait for it. */
export const launch = (data: string, port = 0): Launched =>
  spawnCommand("start", ["--port", String(port), "--aws-port", "0", "--data", data]);

/** Resolves when it is ready for orders. */
export const start = (data: string): Promise<Running> => ready(launch(data));

export async function ready(started: Launched): Promise<Running> {
  const output = await vi.waitFor(() => readyOutput(started), { timeout: 30_000 });
  const url = /Storefront API\s+(\S+)/.exec(output)?.[1] ?? "";
  const token = /Bearer ([\w.-]+)/.exec(output)?.[1] ?? "";
  return { ...started, url, token };
}

function readyOutput({ process, output }: Launched): string {
  if (output().includes("Ctrl-C stops") || process.exitCode !== null) return output();
  throw new Error(`It is not ready yet: ${output()}`);
}

/** Runs a command that is to end by itself. Its output is without the line that says that it starts. */
export async function run(command: Command, args: readonly string[]): Promise<Ended> {
  const started = spawnCommand(command, command === "start" ? [...anyPorts, ...args] : args);
  const [code] = (await once(started.process, "close")) as [number | null];
  return { code, output: started.output().replace(/^Starting the services …\n/, "") };
}

/** Ctrl-C. Resolves with the exit code. */
export async function interrupt(running: Running): Promise<number | null> {
  running.process.kill("SIGINT");
  const [code] = (await once(running.process, "exit")) as [number | null];
  return code;
}

/** `kill -9`. Resolves when the process is gone. */
export async function kill({ process }: Launched): Promise<void> {
  if (process.exitCode !== null || process.signalCode !== null) return;
  process.kill("SIGKILL");
  await once(process, "exit");
}
