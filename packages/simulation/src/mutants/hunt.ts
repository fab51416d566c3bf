// Hunts one mutant: runs seeds over it until one of them is broken that the shipped code passes.
import { planOf } from "../seed-plan.ts";
import { mutantNamed } from "./list.ts";
import { importMutated } from "./loader.ts";
import type { Trial } from "./trial.ts";

export type Hunt = {
  mutant: string;
  /** Tried in this order, before those from `from` on. */
  first: readonly number[];
  from: number;
  /** How many seeds from `from` on. */
  seeds: number;
};

export type Catch = {
  mutant: string;
  /** Seeds that were run, the last one included. */
  seeds: number;
  /** Undefined if the mutant survived all of them. */
  killed?: { seed: number; by: string; detail: string };
  /** Seeds that the shipped code does not pass either; they prove nothing. */
  foul: number[];
};

const trial = new URL("./trial.ts", import.meta.url);
let shipped: Promise<Trial> | undefined;

export async function hunt({ first, from, mutant, seeds }: Hunt): Promise<Catch> {
  const mutated = await importMutated<Trial>(mutantNamed(mutant), trial);
  const foul: number[] = [];
  let count = 0;
  for (const seed of seedsOf(first, from, seeds)) {
    count++;
    const plan = planOf(seed);
    const violation = await mutated.tryPlan(plan);
    if (!violation) continue;
    shipped ??= import(trial.href) as Promise<Trial>;
    if (await (await shipped).tryPlan(plan)) foul.push(seed);
    else {
      const { detail, invariant } = violation;
      return { mutant, seeds: count, killed: { seed, by: invariant, detail }, foul };
    }
  }
  return { mutant, seeds: count, foul };
}

function* seedsOf(first: readonly number[], from: number, count: number): Generator<number> {
  yield* first;
  for (let seed = from; seed < from + count; seed++) if (!first.includes(seed)) yield seed;
}
