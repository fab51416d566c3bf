// Hunts one mutant: runs seeds over it until one of them is broken that the shipped code passes.
import type { Plan } from "../plan.ts";
import { planOf } from "../seed-plan.ts";
import { shrink } from "../shrink.ts";
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
  /** If given, the plan that kills it is made small for so long at most. */
  shrinkMilliseconds?: number;
};

export type Catch = {
  mutant: string;
  /** Seeds that were run, the last one included. */
  seeds: number;
  /** Undefined if the mutant survived all of them. */
  killed?: { seed: number; by: string; detail: string };
  /** The plan that kills it, made small. */
  smallest?: { plan: Plan; milliseconds: number };
  /** Seeds that the shipped code does not pass either; they prove nothing. */
  foul: number[];
};

const trial = new URL("./trial.ts", import.meta.url);
let shipped: Promise<Trial> | undefined;

/** `now` is in milliseconds, for the time a shrinking may take. */
export async function hunt(
  { first, from, mutant, seeds, shrinkMilliseconds }: Hunt,
  now: () => number,
): Promise<Catch> {
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
      const caught = { mutant, seeds: count, killed: { seed, by: invariant, detail }, foul };
      if (shrinkMilliseconds === undefined) return caught;
      const begun = now();
      const isOver = () => now() - begun > shrinkMilliseconds;
      const smallest = await makeSmall(plan, mutated, invariant, isOver);
      return { ...caught, smallest: { plan: smallest, milliseconds: now() - begun } };
    }
  }
  return { mutant, seeds: count, foul };
}

function makeSmall(plan: Plan, { tryPlan }: Trial, invariant: string, isOver: () => boolean): Promise<Plan> {
  return shrink(plan, async (candidate) => (await tryPlan(candidate))?.invariant === invariant, isOver);
}

function* seedsOf(first: readonly number[], from: number, count: number): Generator<number> {
  yield* first;
  for (let seed = from; seed < from + count; seed++) if (!first.includes(seed)) yield seed;
}
