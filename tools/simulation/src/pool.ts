// Threads that do jobs of the simulator, each one at a time.
import { Worker } from "node:worker_threads";
import type { Job, ResultOf } from "./jobs.ts";

export type Pool = {
  readonly threads: number;
  /** Does the job in the next thread that is free. Rejects if the thread dies of it. */
  do<J extends Job>(job: J): Promise<ResultOf<J>>;
  stop(): Promise<void>;
};

type Waiting = { job: Job; resolve: (result: never) => void; reject: (error: Error) => void };

/** `versionsFrom`: a module whose `loadVersions` says what runs instead of this tree and its next version. */
export function startPool(threads: number, versionsFrom?: string): Pool {
  const waiting: Waiting[] = [];
  const workers = Array.from({ length: threads }, () => startWorker(waiting, versionsFrom));
  return {
    threads,
    do: (job) =>
      new Promise((resolve, reject) => {
        waiting.push({ job, resolve: resolve as Waiting["resolve"], reject });
        for (const worker of workers) worker.wake();
      }),
    stop: async () => {
      await Promise.all(workers.map(({ thread }) => thread.terminate()));
    },
  };
}

function startWorker(waiting: Waiting[], versionsFrom?: string) {
  // A run lives for milliseconds, and all of it is garbage then: it should not grow old.
  const resourceLimits = { maxYoungGenerationSizeMb: 128 };
  const thread = new Worker(new URL("./worker.ts", import.meta.url), {
    resourceLimits,
    workerData: { versionsFrom },
  });
  let current: Waiting | undefined;
  let count = 0;
  const wake = () => {
    if (current) return;
    current = waiting.shift();
    if (current) thread.postMessage({ id: ++count, job: current.job });
  };
  thread.on("message", ({ result }) => {
    const done = current;
    current = undefined;
    done?.resolve(result as never);
    wake();
  });
  thread.on("error", (error: Error) => {
    current?.reject(error);
    for (const each of waiting.splice(0)) each.reject(error);
  });
  return { thread, wake };
}
