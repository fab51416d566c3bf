// A set in the order of insertion, whose first element is taken and any element deleted in constant time.

export type OrderedSet<T> = {
  readonly size: number;
  add(element: T): void;
  /** False if it is not in the set. */
  delete(element: T): boolean;
  /** Removes and returns the element that was added first. */
  take(): T | undefined;
  /** In the order of insertion. */
  all(): Iterable<T>;
  clear(): void;
};

export function createOrderedSet<T extends object>(): OrderedSet<T> {
  const elements = new Set<T>();
  // Kept between calls: a new iterator would first step over every element that was taken.
  let front = elements.values();
  return {
    get size() {
      return elements.size;
    },
    add: (element) => void elements.add(element),
    delete: (element) => elements.delete(element),
    take() {
      if (elements.size === 0) return undefined;
      let next = front.next();
      if (next.done) {
        front = elements.values();
        next = front.next();
      }
      if (next.value !== undefined) elements.delete(next.value);
      return next.value;
    },
    all: () => elements,
    clear: () => elements.clear(),
  };
}
