// The states that a search has found: how each was first reached, and which follow it without a fault.

export type StateGraph = ReturnType<typeof createStateGraph>;

/** A state is numbered in the order in which it was found; the first has number 0. */
export function createStateGraph(first: string) {
  const keys = [first];
  const numbers = new Map([[first, 0]]);
  const parents: number[] = [-1];
  const depths: number[] = [0];
  /** The states that follow state `n` stand from `firstEdge[n]` on. */
  const edges: number[] = [];
  const firstEdge: number[] = [];

  return {
    size: () => keys.length,
    keyOf: (number: number) => keys[number] as string,
    /** How many steps lead to the state from the first one. */
    depthOf: (number: number) => depths[number] ?? 0,
    find: (key: string) => numbers.get(key),
    add(key: string, parent: number): number {
      const number = keys.push(key) - 1;
      numbers.set(key, number);
      parents.push(parent);
      depths.push((depths[parent] ?? 0) + 1);
      return number;
    },
    /** Called once for each state, in order. */
    follow(next: readonly number[]): void {
      firstEdge.push(edges.length);
      edges.push(...next);
    },
    /** The states from the first one to this one. */
    pathTo(number: number): number[] {
      const path: number[] = [];
      for (let each = number; each >= 0; each = parents[each] ?? -1) path.unshift(each);
      return path;
    },
    cycle: () => cycleIn([...firstEdge, edges.length], edges),
  };
}

/** The states of a cycle, if there is one; depth first, each state once. */
function cycleIn(firstEdge: readonly number[], edges: readonly number[]): number[] | undefined {
  const count = firstEdge.length - 1;
  const seen = new Uint8Array(count);
  const next = Uint32Array.from(firstEdge.slice(0, count));
  for (let root = 0; root < count; root++) {
    if (seen[root]) continue;
    const path = [root];
    seen[root] = 1;
    while (path.length > 0) {
      const at = path.at(-1) ?? 0;
      const edge = next[at] ?? 0;
      if (edge === firstEdge[at + 1]) {
        seen[at] = 2;
        path.pop();
        continue;
      }
      next[at] = edge + 1;
      const to = edges[edge] ?? 0;
      if (seen[to] === 1) return path.slice(path.indexOf(to));
      if (seen[to]) continue;
      seen[to] = 1;
      path.push(to);
    }
  }
  return undefined;
}
