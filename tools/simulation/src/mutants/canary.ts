// The mutant that every hunt begins with: if a few seeds miss it, the hunt says nothing about the others.
import type { Catch, Hunt } from "./hunt.ts";

const CANARY = "everything-said-again";
const CANARY_SEEDS = 40;

export function canaryFrom(from: number): Hunt {
  return { mutant: CANARY, first: [], from, seeds: CANARY_SEEDS };
}

/** One line about it for people. */
export function songOf({ killed, seeds }: Catch): string {
  return killed
    ? `canary: ${CANARY} is found after ${seeds} (${killed.by})`
    : `✗ canary: ${CANARY} lives on after ${seeds} seeds, so this hunt finds nothing anywhere`;
}
