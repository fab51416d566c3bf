// Breadth first through every state: what is found first is reached by the shortest way.
import type { Step } from "./going.ts";
import type { Model } from "./model.ts";
import { Unknown } from "./runs.ts";
import { decode, encode, type World } from "./world.ts";

export type Finding = { violations: readonly string[]; path: readonly Step[]; goesRound?: boolean };

export type Result = {
  states: number;
  transitions: number;
  depth: number;
  /** States in which nobody has anything left to do, and in how many of them each end was reached. */
  rests: number;
  ends: ReadonlyMap<string, number>;
  runs: number;
  contents: Readonly<Record<string, number>>;
  seconds: number;
  /** False if the search was given up at its limit. */
  isComplete: boolean;
  finding: Finding | undefined;
};

export type Watch = {
  limit?: number;
  progress?: (states: number, transitions: number, depth: number) => void;
};

const MEASURED_EVERY = 1 << 16;

export async function search(model: Model, { limit = 12_000_000, progress }: Watch = {}): Promise<Result> {
  const begun = performance.now();
  const first = encode(model.start);
  const keys = [first];
  const numbers = new Map([[first, 0]]);
  const parents: number[] = [-1];
  const depths: number[] = [0];
  const ends = new Map<string, number>();
  /** Where each state goes by itself: the numbers of the states that follow, from `firstEdge[n]` on. */
  const edges: number[] = [];
  const firstEdge: number[] = [];
  let transitions = 0;
  let rests = 0;
  let finding: Finding | undefined;

  const result = (isComplete: boolean): Result => ({
    states: keys.length,
    transitions,
    depth: depths.at(-1) ?? 0,
    rests,
    ends,
    runs: model.runs.count(),
    contents: model.contents.counts(),
    seconds: (performance.now() - begun) / 1000,
    isComplete,
    finding,
  });

  for (let number = 0; number < keys.length; number++) {
    const key = keys[number] as string;
    const world = decode(key);
    const steps = await stepsFrom(model, world);
    firstEdge.push(edges.length);
    const follow = { progress: [] as number[], timer: [] as number[], time: [] as number[] };
    const isAtRest = () => follow.progress.length === 0 && follow.timer.length === 0;
    for (const step of steps) {
      if (step.kind === "rest" && !isAtRest()) continue;
      const next = encode(step.world);
      if (step.violations.length > 0) {
        finding = { violations: step.violations, path: [...(await pathTo(number)), step] };
        return result(false);
      }
      if (next === key) continue;
      transitions++;
      let known = numbers.get(next);
      if (known === undefined) {
        known = keys.length;
        keys.push(next);
        numbers.set(next, known);
        parents.push(number);
        depths.push((depths[number] ?? 0) + 1);
        const violations = model.invariants.always(step.world);
        if (violations.length > 0) {
          finding = { violations, path: await pathTo(known) };
          return result(false);
        }
      }
      if (step.kind === "rest") follow.time.push(known);
      else if (step.kind !== "fault" && step.kind !== "customer") follow[step.kind].push(known);
    }
    const { progress: bySelf, time, timer } = follow;
    const goesOn = bySelf.length > 0 ? bySelf : timer.length > 0 ? timer : time;
    edges.push(...goesOn);
    if (goesOn.length === 0) {
      rests++;
      const violations = model.invariants.atRest(world);
      if (violations.length > 0) {
        finding = { violations, path: await pathTo(number) };
        return result(false);
      }
      for (const end of model.invariants.ends(world)) ends.set(end, (ends.get(end) ?? 0) + 1);
    }
    if (number % MEASURED_EVERY === 0 && number > 0)
      progress?.(keys.length, transitions, depths[number] ?? 0);
    if (keys.length > limit) return result(false);
  }
  firstEdge.push(edges.length);

  const round = cycleIn(firstEdge, edges);
  if (round) {
    const [start = 0] = round;
    const way = await pathAlong([...ancestry(start), ...round.slice(1), start]);
    finding = { violations: ["livelock: this goes round for ever"], path: way, goesRound: true };
  }
  return result(true);

  function ancestry(number: number): number[] {
    const way: number[] = [];
    for (let each = number; each >= 0; each = parents[each] ?? -1) way.unshift(each);
    return way;
  }

  function pathTo(number: number): Promise<Step[]> {
    return pathAlong(ancestry(number));
  }

  /** The steps between states, with each order keeping its place. */
  async function pathAlong(way: readonly number[]): Promise<Step[]> {
    let world = model.start;
    const path: Step[] = [];
    for (const number of way.slice(1)) {
      const steps = await stepsFrom(model, world);
      const step = steps.find((each) => encode(each.world) === keys[number]);
      if (!step) throw new Error("The search cannot find the way it has come.");
      path.push(step);
      world = step.world;
    }
    return path;
  }
}

async function stepsFrom(model: Model, world: World): Promise<Step[]> {
  for (;;) {
    try {
      return model.stepsFrom(world);
    } catch (met) {
      if (!(met instanceof Unknown)) throw met;
      await model.runs.explore(met.run);
    }
  }
}

/** A way round, as the numbers of its states, if there is one; depth first, each state once. */
function cycleIn(firstEdge: readonly number[], edges: readonly number[]): number[] | undefined {
  const count = firstEdge.length - 1;
  const seen = new Uint8Array(count);
  const next = Uint32Array.from(firstEdge.slice(0, count));
  for (let root = 0; root < count; root++) {
    if (seen[root]) continue;
    const way = [root];
    seen[root] = 1;
    while (way.length > 0) {
      const at = way.at(-1) ?? 0;
      const edge = next[at] ?? 0;
      if (edge === firstEdge[at + 1]) {
        seen[at] = 2;
        way.pop();
        continue;
      }
      next[at] = edge + 1;
      const to = edges[edge] ?? 0;
      if (seen[to] === 1) return way.slice(way.indexOf(to));
      if (seen[to]) continue;
      seen[to] = 1;
      way.push(to);
    }
  }
  return undefined;
}
