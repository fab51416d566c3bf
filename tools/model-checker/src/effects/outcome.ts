// What a call may lead to: an answer, and the world after it.
import type { ContentId } from "../interner.ts";
import type { Answer, Run } from "../runs.ts";
import type { ServiceName } from "../shop.ts";
import { type Saga, type World, withSaga } from "../world.ts";

/** Where a call is made: by a run, about one of the orders. */
export type Place = {
  world: World;
  index: number;
  saga: Saga;
  run: Run;
  /** The contents of the record the run has last read or written. */
  base: ContentId;
  /** What has happened to a hot SKU's stock meanwhile: see `watch.ts`. */
  watch: number;
  service: ServiceName;
};

export type Outcome = {
  answer: Answer;
  world: World;
  base: ContentId;
  watch: number;
  /** What happened, to be read after the name of the function. */
  what: string;
  violations: readonly string[];
};

const noViolations: readonly string[] = [];

/** An answer that changes nothing. */
export function answered({ base, watch, world }: Place, answer: Answer, what: string): Outcome {
  return { answer, world, base, watch, what, violations: noViolations };
}

/** An answer after the order's world has changed. */
export function changed(
  { base, index, saga, watch, world }: Place,
  change: Partial<Saga>,
  answer: Answer,
  what: string,
  violations = noViolations,
): Outcome {
  return { answer, world: withSaga(world, index, { ...saga, ...change }), base, watch, what, violations };
}
