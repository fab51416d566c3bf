// Looks for the first seed that finds a planted change, in a thread of its own.
import { parentPort, Worker, workerData } from "node:worker_threads";
import { importMutated } from "@order-saga/simulation/mutants/loader";
import type { Mutant } from "@order-saga/simulation/mutants/mutant";
import type { Trial } from "./trial.ts";

export type Found = { readonly seed: number; readonly invariant: string; readonly detail: string };

/** Undefined if none of so many seeds, from 1 on, finds it. */
export function hunt(planted: Mutant, seeds: number): Promise<Found | undefined> {
  const thread = new Worker(new URL(import.meta.url), { workerData: { planted, seeds } });
  return new Promise((resolve, reject) => {
    thread.once("message", resolve);
    thread.once("error", reject);
  });
}

async function huntHere({ planted, seeds }: { planted: Mutant; seeds: number }): Promise<Found | undefined> {
  const { rehearseSeed } = await importMutated<Trial>(planted, new URL("./trial.ts", import.meta.url));
  for (let seed = 1; seed <= seeds; seed++) {
    const violation = await rehearseSeed(seed);
    if (violation) return { seed, ...violation };
  }
  return undefined;
}

if (workerData?.planted) {
  Error.stackTraceLimit = 4;
  parentPort?.postMessage(await huntHere(workerData));
}
