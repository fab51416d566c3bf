// Hunts mutants in threads, each thread one mutant at a time, the next one as soon as it is free.
import { Worker } from "node:worker_threads";
import type { Catch, Hunt } from "./hunt.ts";

/** Rejects if a thread dies of a mutant, which no mutant should be able to. */
export async function huntAll(
  hunts: readonly Hunt[],
  options: { threads: number; onCatch?: (caught: Catch) => void },
): Promise<Catch[]> {
  const waiting = hunts.values();
  const caught: Catch[] = [];
  const workers = Array.from(
    { length: Math.min(options.threads, hunts.length) },
    () => new Worker(new URL("./worker.ts", import.meta.url)),
  );
  const takeTurns = async (worker: Worker) => {
    for (const wanted of waiting) {
      const found = await ask(worker, wanted);
      caught.push(found);
      options.onCatch?.(found);
    }
  };
  try {
    await Promise.all(workers.map(takeTurns));
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
  return caught;
}

function ask(worker: Worker, wanted: Hunt): Promise<Catch> {
  return new Promise((resolve, reject) => {
    const died = (error: Error) =>
      reject(new Error(`The thread that hunted ${wanted.mutant} died.`, { cause: error }));
    worker.once("error", died);
    worker.once("message", (found: Catch) => {
      worker.off("error", died);
      resolve(found);
    });
    worker.postMessage(wanted);
  });
}
