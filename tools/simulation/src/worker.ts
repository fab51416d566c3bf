// One thread of the simulator: loads the functions in both versions, then does one job after the other.
import { parentPort, workerData } from "node:worker_threads";
import type { Versions } from "./deployments.ts";
import { type Job, work } from "./jobs.ts";
import { loadFunctions } from "./load-functions.ts";
import { loadSecondVersion } from "./second-version.ts";

// Runs throw thousands of errors on purpose; their stacks are not read.
Error.stackTraceLimit = 4;

/** Another module may say which versions run beside each other. */
const { versionsFrom } = (workerData ?? {}) as { versionsFrom?: string };
const versions: Versions = versionsFrom
  ? await ((await import(versionsFrom)) as { loadVersions: () => Promise<Versions> }).loadVersions()
  : { first: await loadFunctions(), second: await loadSecondVersion() };

parentPort?.on("message", async ({ id, job }: { id: number; job: Job }) => {
  const result = await work(job, versions, () => performance.now());
  parentPort?.postMessage({ id, result });
});
