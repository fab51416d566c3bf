// One thread of the simulator: loads the functions in both versions, then does one job after the other.
import { parentPort } from "node:worker_threads";
import { type Job, work } from "./jobs.ts";
import { loadFunctions } from "./load-functions.ts";
import { loadSecondVersion } from "./second-version.ts";

// Runs throw thousands of errors on purpose; their stacks are not read.
Error.stackTraceLimit = 4;

const versions = { first: await loadFunctions(), second: await loadSecondVersion() };

parentPort?.on("message", async ({ id, job }: { id: number; job: Job }) => {
  const result = await work(job, versions, () => performance.now());
  parentPort?.postMessage({ id, result });
});
