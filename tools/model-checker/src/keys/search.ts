// Searches every way in which several who ask at once meet at Stripe's idempotency keys.
import { type Asker, type Asking, driven, type StripeAnswer } from "./asker.ts";

/** How often each may happen. */
export type KeyFaults = {
  /** A 500 that is kept under its key, with or without the effect. */
  kept: number;
  /** A 500 that leaves the key free. */
  free: number;
};

export type KeyScope = Asking & {
  name: string;
  says: string;
  askers: number;
  /** The last asker is of another version, whose parameters differ. */
  isMixed: boolean;
  faults: KeyFaults;
};

type Kept = "under way" | "done" | "500";
type World = {
  keys: { [key: string]: { kept: Kept; version: number } };
  /** Requests that Stripe carries out, and who waits for the answer. */
  underWay: { key: string; asker: number | undefined }[];
  effects: number;
  askers: { answers: StripeAnswer[]; isDone: boolean }[];
  left: KeyFaults;
};
type Step = { says: string; world: World };

export type KeyResult = { states: number; ends: number; finding?: { violation: string; path: string[] } };

/** Breadth first: a violation comes with the shortest way to it. */
export async function searchKeys(scope: KeyScope): Promise<KeyResult> {
  const memory = new Map<string, Promise<Asker>>();
  const start: World = {
    keys: {},
    underWay: [],
    effects: 0,
    askers: Array.from({ length: scope.askers }, () => ({ answers: [], isDone: false })),
    left: scope.faults,
  };
  const seen = new Map<string, { world: World; from?: string; says: string }>();
  seen.set(JSON.stringify(start), { world: start, says: "" });
  let ends = 0;
  for (const [key, { world }] of seen) {
    const violation = violated(world);
    if (violation) return { states: seen.size, ends, finding: { violation, path: pathTo(key, seen) } };
    const steps = await stepsFrom(world, scope, (answers) => {
      const known = memory.get(answers.join()) ?? driven(scope, answers);
      memory.set(answers.join(), known);
      return known;
    });
    if (steps.length === 0) ends++;
    for (const { says, world: next } of steps) {
      const text = JSON.stringify(next);
      if (!seen.has(text)) seen.set(text, { world: next, from: key, says });
    }
  }
  return { states: seen.size, ends };
}

function violated({ askers, effects }: World): string | undefined {
  if (effects > 1) return "A4, A6: asked for once, and done twice";
  if (effects === 0 && askers.some(({ isDone }) => isDone)) return "told as done, and not done";
  return undefined;
}

function pathTo(key: string, seen: ReadonlyMap<string, { from?: string; says: string }>): string[] {
  const path: string[] = [];
  for (let at = seen.get(key); at?.from !== undefined; at = seen.get(at.from)) path.unshift(at.says);
  return path;
}

type Drive = (answers: readonly StripeAnswer[]) => Promise<Asker>;

async function stepsFrom(world: World, scope: KeyScope, drive: Drive): Promise<Step[]> {
  const steps = world.underWay.flatMap((_, index) => carriedOut(world, index));
  for (const [index, { answers, isDone }] of world.askers.entries()) {
    if (isDone) continue;
    if (answers.length > 0) steps.push(begunAnew(world, index));
    if (world.underWay.some(({ asker }) => asker === index)) {
      steps.push(begunAnew(world, index));
      continue;
    }
    const next = await drive(answers);
    steps.push("ends" in next ? over(world, index, next.ends) : asked(world, index, next.asks.key, scope));
  }
  return steps;
}

/** What may come of a request that Stripe carries out. */
function carriedOut(world: World, index: number): Step[] {
  const { asker, key = "" } = world.underWay[index] ?? {};
  const became = (says: string, kept: Kept | undefined, effects: number, left = world.left): Step => {
    const next = structuredClone({ ...world, effects: world.effects + effects, left });
    next.underWay.splice(index, 1);
    if (kept) next.keys[key] = { version: next.keys[key]?.version ?? 0, kept };
    else delete next.keys[key];
    if (asker !== undefined) next.askers[asker]?.answers.push(kept === "done" ? "done" : "500");
    return { says: `Stripe answers ${key}: ${says}`, world: next };
  };
  const { free, kept } = world.left;
  return [
    became("done", "done", 1),
    ...(free > 0 ? [became("a 500 that is not kept", undefined, 0, { ...world.left, free: free - 1 })] : []),
    ...(kept > 0
      ? [0, 1].map((effects) =>
          became(`a 500 that is kept, ${effects ? "and done" : "not done"}`, "500", effects, {
            ...world.left,
            kept: kept - 1,
          }),
        )
      : []),
  ];
}

/** A request arrives: a list is answered, and so is a key that is known; else it is carried out. */
function asked(world: World, index: number, key: string | undefined, scope: KeyScope): Step {
  const next = structuredClone(world);
  const answer = (text: StripeAnswer) => {
    next.askers[index]?.answers.push(text);
    return { says: `asker ${index} asks ${key ?? "for the list"}: ${text}`, world: next };
  };
  if (key === undefined) return answer(world.effects > 0 ? "seen" : "not seen");
  const version = scope.isMixed && index === scope.askers - 1 ? 1 : 0;
  const known = world.keys[key];
  if (!known) {
    next.keys[key] = { kept: "under way", version };
    next.underWay.push({ key, asker: index });
    return { says: `asker ${index} asks ${key}`, world: next };
  }
  if (known.version !== version) return answer("other parameters");
  switch (known.kept) {
    case "under way":
      return answer("409");
    case "done":
      return answer("done");
    case "500":
      return answer("500 again");
  }
}

function over(world: World, index: number, ends: "done" | "no outcome"): Step {
  if (ends === "no outcome") return begunAnew(world, index);
  const next = structuredClone(world);
  next.askers[index] = { answers: [], isDone: true };
  return { says: `asker ${index} is told that it is done`, world: next };
}

/** It dies, its answer is lost, or it heard no outcome; a request of it goes on. */
function begunAnew(world: World, index: number): Step {
  const next = structuredClone(world);
  for (const each of next.underWay) if (each.asker === index) each.asker = undefined;
  next.askers[index] = { answers: [], isDone: false };
  return { says: `asker ${index} begins anew`, world: next };
}
