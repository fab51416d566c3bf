// A promise about the deployment, and how it says that it is broken.
import type { Graph } from "../graph.ts";

export type DeploymentPromise = {
  /** In one sentence, what holds. */
  readonly says: string;
  /** Each way in which it does not hold, with the resource's name; empty if it holds. */
  broken(graph: Graph): string[];
};

export function promise(says: string, broken: (graph: Graph) => string[]): DeploymentPromise {
  return { says, broken };
}

export function sameSet(a: readonly string[], b: readonly string[]): boolean {
  return [...a].sort().join() === [...b].sort().join();
}

/** The names of those for which `holds` is false, with what is wrong. */
export function unless<T extends { name: string }>(
  given: readonly T[],
  holds: (each: T) => boolean,
  wrong: (each: T) => string,
): string[] {
  return given.filter((each) => !holds(each)).map((each) => `${each.name}: ${wrong(each)}`);
}
