// An ordered key-value store with atomic commits, which holds the tables; this one is in memory.
import type { Range } from "./keys.ts";

export type Change =
  | { readonly space: number; readonly key: string; readonly value: unknown }
  | { readonly space: number; readonly key: string; readonly remove: true }
  /** Everything in the space. */
  | { readonly space: number; readonly clear: true };

export type Rows = {
  /** Undefined if there is none. */
  get(space: number, key: string): unknown;
  /** In the order of the keys, or backwards. A commit during the iteration is an error. */
  range(space: number, range: Range, isBackwards?: boolean): Iterable<[key: string, value: unknown]>;
  /** Atomic; it has reached the operating system when this returns. */
  commit(changes: readonly Change[]): void;
  /** Leaves nothing in the file of what was removed or overwritten. */
  leaveNoRemains(): void;
  close(): void;
};

/** Keeps references to the given values, which must not be changed afterwards. */
export function createMemoryRows(): Rows {
  const spaces = new Map<number, { values: Map<string, unknown>; keys: SortedKeys }>();

  function spaceOf(space: number) {
    const found = spaces.get(space);
    if (found) return found;
    const made = { values: new Map<string, unknown>(), keys: createSortedKeys() };
    spaces.set(space, made);
    return made;
  }

  function apply(change: Change): void {
    if ("clear" in change) return void spaces.delete(change.space);
    const { values, keys } = spaceOf(change.space);
    if ("remove" in change) {
      if (values.delete(change.key)) keys.remove(change.key);
      return;
    }
    if (!values.has(change.key)) keys.add(change.key);
    values.set(change.key, change.value);
  }

  return {
    get: (space, key) => spaces.get(space)?.values.get(key),
    *range(space, range, isBackwards = false) {
      const { values, keys } = spaceOf(space);
      for (const key of keys.between(range, isBackwards)) yield [key, values.get(key)];
    },
    commit: (changes) => changes.forEach(apply),
    leaveNoRemains() {},
    close: () => spaces.clear(),
  };
}

type SortedKeys = {
  add(key: string): void;
  remove(key: string): void;
  between(range: Range, isBackwards: boolean): Iterable<string>;
};

const MAXIMUM_IN_A_BLOCK = 512;

/** Sorted keys in blocks, so that an insertion moves only the keys of one block. */
function createSortedKeys(): SortedKeys {
  const blocks: string[][] = [[]];
  /** The last block whose first key is not after the key. */
  const blockOf = (key: string) => Math.max(0, firstWhere(blocks, (block) => (block[0] ?? "") > key) - 1);
  const placeIn = (block: string[], key: string) => firstWhere(block, (each) => each >= key);

  return {
    add(key) {
      const index = blockOf(key);
      const block = blocks[index] as string[];
      block.splice(placeIn(block, key), 0, key);
      if (block.length > MAXIMUM_IN_A_BLOCK) blocks.splice(index + 1, 0, block.splice(block.length / 2));
    },
    remove(key) {
      const index = blockOf(key);
      const block = blocks[index] as string[];
      block.splice(placeIn(block, key), 1);
      if (block.length === 0 && blocks.length > 1) blocks.splice(index, 1);
    },
    *between({ from, to }, isBackwards) {
      const first = blockOf(isBackwards ? to : from);
      const step = isBackwards ? -1 : 1;
      for (let index = first; index >= 0 && index < blocks.length; index += step) {
        const block = blocks[index] as string[];
        const [begin, end] = [placeIn(block, from), placeIn(block, to)];
        if (isBackwards) for (let place = end - 1; place >= begin; place--) yield block[place] as string;
        else for (let place = begin; place < end; place++) yield block[place] as string;
        if (isBackwards ? begin > 0 : end < block.length) return;
      }
    },
  };
}

/** Binary search for the first element of which it is true; it must be true of all later ones. */
function firstWhere<T>(sorted: readonly T[], isTrue: (each: T) => boolean): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (isTrue(sorted[middle] as T)) high = middle;
    else low = middle + 1;
  }
  return low;
}
