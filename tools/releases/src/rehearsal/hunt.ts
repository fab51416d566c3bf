// Looks for the first seed that finds a planted change, in a thread of its own.
import { parentPort, Worker, workerData } from "node:worker_threads";
import { importMutated } from "@order-saga/simulation/mutants/loader";
import type { Mutant } from "@order-saga/simulation/mutants/mutant";

export type Found = { readonly seed: number; readonly invariant: string; readonly detail: string };

/** Undefined if none of so many seeds, from 1 on, finds it. `before` runs first, else the last release. */
export function hunt(planted: Mutant, seeds: number, before?: Mutant): Promise<Found | undefined> {
  const thread = new Worker(new URL(import.meta.url), { workerData: { planted, seeds, before } });
  return new Promise((resolve, reject) => {
    thread.once("message", resolve);
    thread.once("error", reject);
  });
}

type Trial = typeof import("./trial.ts");
type Hunt = { planted: Mutant; seeds: number; before?: Mutant };

async function huntHere({ before, planted, seeds }: Hunt): Promise<Found | undefined> {
  const trial = new URL("./trial.ts", import.meta.url);
  const first = before && (await importMutated<Trial>(before, trial)).functions;
  const { rehearseSeed } = await importMutated<Trial>(planted, trial);
  for (let seed = 1; seed <= seeds; seed++) {
    const violation = await rehearseSeed(seed, first);
    if (violation) return { seed, ...violation };
  }
  return undefined;
}

if (workerData?.planted) {
  Error.stackTraceLimit = 4;
  parentPort?.postMessage(await huntHere(workerData));
}
