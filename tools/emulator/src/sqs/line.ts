// A line of those who wait: taken from its front, joined at its end and left from anywhere, each in constant time.

export type Line<T> = {
  readonly size: number;
  add(one: T): void;
  /** False if it does not wait here. */
  delete(one: T): boolean;
  /** Takes the one that has waited longest. */
  take(): T | undefined;
  /** In the order in which they would be taken. */
  all(): Iterable<T>;
  clear(): void;
};

export function createLine<T extends object>(): Line<T> {
  const waiting = new Set<T>();
  // Kept from take to take: a new one would pass over all that were taken before it.
  let front = waiting.values();
  return {
    get size() {
      return waiting.size;
    },
    add: (one) => void waiting.add(one),
    delete: (one) => waiting.delete(one),
    take() {
      if (waiting.size === 0) return undefined;
      let next = front.next();
      if (next.done) {
        front = waiting.values();
        next = front.next();
      }
      if (next.value !== undefined) waiting.delete(next.value);
      return next.value;
    },
    all: () => waiting,
    clear: () => waiting.clear(),
  };
}
