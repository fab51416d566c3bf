// Runs a worker as a process: arguments, signals, the port for its health, and how it ends.
import { lambda } from "@order-saga/messaging/lambda";
import { createLog } from "@order-saga/messaging/log";
import { readGiven, UsageError, usage } from "./arguments.ts";
import { processClock } from "./clock.ts";
import { healthOf, serveHealth } from "./health.ts";
import type { KnownReaction } from "./load.ts";
import { createClients, queueAt } from "./queue.ts";
import { startWorker, VariableMissing, type Worker } from "./worker.ts";

/** Resolves when the worker runs; it ends by a signal. */
export async function run(known: readonly KnownReaction[], args: readonly string[]): Promise<void> {
  try {
    await start(known, args);
  } catch (error) {
    const isExpected = error instanceof UsageError || error instanceof VariableMissing;
    if (!isExpected) throw error;
    process.stderr.write(`${error.message}\n${error instanceof UsageError ? `\n${usage}\n` : ""}`);
    process.exitCode = 2;
  }
}

async function start(known: readonly KnownReaction[], args: readonly string[]): Promise<void> {
  const { healthPort, pollSeconds, reactions, stopSeconds, ...limits } = readGiven(args, known);
  const clients = createClients(pollSeconds);
  const worker = await startWorker({
    reactions,
    env: lambda,
    variables: process.env,
    clock: processClock,
    queueOf: (url) => queueAt(url, clients, pollSeconds),
    ...limits,
  });
  const log = createLog({ service: "worker", level: "info", now: lambda.now, write: lambda.write });
  const health =
    healthPort === undefined ? undefined : await serveHealth(healthPort, () => healthOf(worker.states()));
  if (health) log("info", `health is told on port ${health.port}`);
  log("info", `takes messages for ${reactions.map(({ resources }) => resources.manifest.name).join(", ")}`);
  stopOnSignal(worker, stopSeconds, (left) => {
    if (left > 0) log("warn", "messages are left and will come again", { count: left });
    log("info", "stopped");
    health?.close();
  });
}

/**
 * An orchestrator's SIGTERM lets open polls come back first. A person's Ctrl-C does not wait for them, and a
 * second one waits for nothing.
 */
function stopOnSignal(worker: Worker, seconds: number, said: (left: number) => void): void {
  let isStopping = false;
  const stop = async (now: boolean) => {
    if (isStopping) {
      if (now) process.exit(130);
      return;
    }
    isStopping = true;
    said(await worker.stop(seconds, now));
    process.exit(0);
  };
  process.on("SIGTERM", () => stop(false));
  process.on("SIGINT", () => stop(true));
}
