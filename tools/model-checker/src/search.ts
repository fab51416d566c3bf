// Breadth-first search through every state: a violation is found by the shortest path to it.
import type { Model } from "./model.ts";
import { UnexploredRun } from "./runs.ts";
import { createStateGraph, type StateGraph } from "./state-graph.ts";
import type { Step } from "./step.ts";
import { decode, encode, type World } from "./world.ts";

export type Finding = { violations: readonly string[]; path: readonly Step[]; goesRound?: boolean };

export type Result = {
  states: number;
  transitions: number;
  depth: number;
  /** States in which nothing is left to do, and in how many of them each end was reached. */
  rests: number;
  ends: ReadonlyMap<string, number>;
  runs: number;
  /** Different records and events, by kind. */
  contents: Readonly<Record<string, number>>;
  seconds: number;
  /** False if the search was given up at its limit. */
  isComplete: boolean;
  finding: Finding | undefined;
};

export type Watch = {
  /** The most states before the search gives up. */
  limit?: number;
  progress?: (states: number, transitions: number, depth: number) => void;
};

type Tally = { transitions: number; rests: number; ends: Map<string, number> };

/** Violated in the state of this number, or by the step from it. */
type Violated = { violations: readonly string[]; number: number; step?: Step };

const PROGRESS_EVERY_STATES = 1 << 16;

export async function search(model: Model, { limit = 12_000_000, progress }: Watch = {}): Promise<Result> {
  const startedAt = performance.now();
  const graph = createStateGraph(encode(model.start));
  const tally: Tally = { transitions: 0, rests: 0, ends: new Map() };
  const result = (isComplete: boolean, finding?: Finding): Result => ({
    states: graph.size(),
    ...tally,
    depth: graph.depthOf(graph.size() - 1),
    runs: model.runs.count(),
    contents: model.interner.counts(),
    seconds: (performance.now() - startedAt) / 1000,
    isComplete,
    finding,
  });

  for (let number = 0; number < graph.size(); number++) {
    const violated = await expand(model, graph, number, tally);
    if (violated) return result(false, await findingOf(model, graph, violated));
    if (number % PROGRESS_EVERY_STATES === 0 && number > 0)
      progress?.(graph.size(), tally.transitions, graph.depthOf(number));
    if (graph.size() > limit) return result(false);
  }
  return result(true, await livelockIn(model, graph));
}

/** Takes every step from the state and adds the new states it leads to; stops at the first violation. */
async function expand(
  model: Model,
  graph: StateGraph,
  number: number,
  tally: Tally,
): Promise<Violated | undefined> {
  const key = graph.keyOf(number);
  const world = decode(key);
  const follow = { progress: [] as number[], timer: [] as number[], time: [] as number[] };
  for (const step of await stepsFrom(model, world)) {
    // Time passes for good only where nothing else is left to do.
    if (step.kind === "rest" && follow.progress.length + follow.timer.length > 0) continue;
    if (step.kind === "rest" && world.provider === "long down") {
      const violations = model.invariants.inOutage(world);
      if (violations.length > 0) return { violations, number };
    }
    const { violations } = step;
    if (violations.length > 0) return { violations, number, step };
    const next = encode(step.world);
    if (next === key) continue;
    tally.transitions++;
    let known = graph.find(next);
    if (known === undefined) {
      known = graph.add(next, number);
      const violations = model.invariants.always(step.world);
      if (violations.length > 0) return { violations, number: known };
    }
    if (step.kind === "rest") follow.time.push(known);
    else if (step.kind !== "fault" && step.kind !== "customer") follow[step.kind].push(known);
  }
  const { progress, time, timer } = follow;
  const goesOn = progress.length > 0 ? progress : timer.length > 0 ? timer : time;
  graph.follow(goesOn);
  return goesOn.length > 0 ? undefined : rest(model, world, number, tally);
}

/** Judges a state in which nothing is left to do. */
function rest(model: Model, world: World, number: number, tally: Tally): Violated | undefined {
  tally.rests++;
  const violations = model.invariants.atRest(world);
  if (violations.length > 0) return { violations, number };
  for (const end of model.invariants.ends(world)) tally.ends.set(end, (tally.ends.get(end) ?? 0) + 1);
  return undefined;
}

async function findingOf(model: Model, graph: StateGraph, violated: Violated): Promise<Finding> {
  const { number, step, violations } = violated;
  const path = await stepsAlong(model, graph, graph.pathTo(number));
  return { violations, path: step ? [...path, step] : path };
}

/** A cycle of steps that no fault and no customer is needed for: the system never comes to rest. */
async function livelockIn(model: Model, graph: StateGraph): Promise<Finding | undefined> {
  const cycle = graph.cycle();
  if (!cycle) return undefined;
  const [start = 0] = cycle;
  const path = await stepsAlong(model, graph, [...graph.pathTo(start), ...cycle.slice(1), start]);
  return { violations: ["livelock: this goes round for ever"], path, goesRound: true };
}

/** The steps between states, with each order keeping its place. */
async function stepsAlong(model: Model, graph: StateGraph, path: readonly number[]): Promise<Step[]> {
  let world = model.start;
  const taken: Step[] = [];
  for (const number of path.slice(1)) {
    const steps = await stepsFrom(model, world);
    const step = steps.find((each) => encode(each.world) === graph.keyOf(number));
    if (!step) throw new Error("No step leads to the next state of the path.");
    taken.push(step);
    world = step.world;
  }
  return taken;
}

/** A run that is met for the first time is explored, and the steps are asked for again. */
async function stepsFrom(model: Model, world: World): Promise<Step[]> {
  for (;;) {
    try {
      return model.stepsFrom(world);
    } catch (met) {
      if (!(met instanceof UnexploredRun)) throw met;
      await model.runs.explore(met.run);
    }
  }
}
