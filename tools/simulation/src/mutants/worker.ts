// One thread of the hunt: takes a mutant at a time, and says how it was caught.
import { parentPort } from "node:worker_threads";
import { type Hunt, hunt } from "./hunt.ts";

// Errors are thrown by the thousand on purpose, and their stacks are never read.
Error.stackTraceLimit = 4;

parentPort?.on("message", async (wanted: Hunt) => {
  parentPort?.postMessage(await hunt(wanted, () => performance.now()));
});
