// Uses the saga in every way that is known here, and says which grants were not needed.
import { startWatched } from "./laptop.ts";
import { type Part, partsOf } from "./parts.ts";
import { scenarios } from "./scenarios.ts";
import { runSeeds } from "./simulator.ts";

export type Found = { readonly parts: Part[]; readonly unused: Part[]; readonly run: number };

/**
 * First on the laptop, then in at most so many seeds of the simulator; without a number only lists the
 * parts.
 */
export async function findUnused(seeds: number | undefined): Promise<Found> {
  const { saga, usage } = await startWatched();
  try {
    const parts = [...saga.runtime.roles].flatMap(([name, { policy }]) => partsOf(name, policy));
    if (seeds === undefined) return { parts, unused: [], run: 0 };
    for (const { play } of scenarios) await play(saga);
    const run = await runSeeds(usage, seeds);
    return { parts, unused: usage.unused(), run };
  } finally {
    await saga.stop();
  }
}
