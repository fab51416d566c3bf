// Chance from a seed: hashes that answer the same question alike for ever, and a stream for making plans.

/** Folds a number into a hash (splitmix's finaliser over 32 bits). */
export function mix(hash: number, value: number): number {
  let h = Math.imul(hash ^ value ^ (hash >>> 15), 0x2c1b3c6d) + 0x9e3779b9;
  h = Math.imul(h ^ (h >>> 12), 0x297a2d39);
  return (h ^ (h >>> 15)) >>> 0;
}

/** FNV-1a. */
export function hashText(text: string, hash = 0x811c9dc5): number {
  let h = hash;
  for (let index = 0; index < text.length; index++) h = Math.imul(h ^ text.charCodeAt(index), 0x01000193);
  return h >>> 0;
}

/** From 0 to 1, 1 excluded. */
export const fraction = (hash: number): number => hash / 0x1_0000_0000;

export type Random = {
  /** From 0 to 1, 1 excluded. */
  next(): number;
  /** A whole number from `least` to `most`, both included. */
  whole(least: number, most: number): number;
  chance(probability: number): boolean;
  pick<T>(from: readonly T[]): T;
  /** The elements in random order. */
  shuffled<T>(from: readonly T[]): T[];
};

/** A stream of numbers (sfc32), the same for the same seed. */
export function createRandom(seed: number): Random {
  let [a, b, c, d] = [mix(seed, 1), mix(seed, 2), mix(seed, 3), 1];
  function next(): number {
    const sum = (a + b + d) | 0;
    d = (d + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + sum;
    return (sum >>> 0) / 0x1_0000_0000;
  }
  for (let round = 0; round < 12; round++) next();
  const whole = (least: number, most: number) => least + Math.floor(next() * (most - least + 1));
  return {
    next,
    whole,
    chance: (probability) => next() < probability,
    pick<T>(from: readonly T[]): T {
      if (from.length === 0) throw new RangeError("There is nothing to pick from.");
      return from[whole(0, from.length - 1)] as T;
    },
    shuffled<T>(from: readonly T[]): T[] {
      const left = [...from];
      return from.map(() => left.splice(whole(0, left.length - 1), 1)[0] as T);
    },
  };
}
