// A priority queue by due time (a binary heap), from which any element can be deleted.

export type Deadline<T> = { readonly of: T; readonly at: number; readonly order: number; place: number };

export type Deadlines<T> = {
  readonly size: number;
  add(of: T, at: number): Deadline<T>;
  delete(deadline: Deadline<T>): void;
  /** Removes and returns the earliest that is due; of two at the same time, the one that was added first. */
  takeDue(now: number): T | undefined;
  /** The earliest first. */
  all(): T[];
  clear(): void;
};

export function createDeadlines<T>(): Deadlines<T> {
  const heap: Deadline<T>[] = [];
  let order = 0;

  function put(deadline: Deadline<T>, place: number): void {
    heap[place] = deadline;
    deadline.place = place;
  }

  function rise(deadline: Deadline<T>, from: number): void {
    let place = from;
    while (place > 0) {
      const above = (place - 1) >> 1;
      const parent = heap[above];
      if (!parent || !isBefore(deadline, parent)) break;
      put(parent, place);
      place = above;
    }
    put(deadline, place);
  }

  function sink(deadline: Deadline<T>, from: number): void {
    let place = from;
    while (true) {
      let below = 2 * place + 1;
      let child = heap[below];
      const other = heap[below + 1];
      if (child && other && isBefore(other, child)) {
        child = other;
        below += 1;
      }
      if (!child || !isBefore(child, deadline)) break;
      put(child, place);
      place = below;
    }
    put(deadline, place);
  }

  function remove(deadline: Deadline<T>): void {
    const { place } = deadline;
    if (heap[place] !== deadline) return; // It was deleted already.
    const last = heap.pop();
    if (!last || last === deadline) return;
    rise(last, place);
    sink(last, last.place);
  }

  return {
    get size() {
      return heap.length;
    },
    add(of, at) {
      const deadline: Deadline<T> = { of, at, order: order++, place: heap.length };
      rise(deadline, heap.length);
      return deadline;
    },
    delete: remove,
    takeDue(now) {
      const [soonest] = heap;
      if (!soonest || soonest.at > now) return undefined;
      remove(soonest);
      return soonest.of;
    },
    all: () => heap.toSorted((a, b) => (isBefore(a, b) ? -1 : 1)).map(({ of }) => of),
    clear: () => void heap.splice(0),
  };
}

function isBefore(a: Deadline<unknown>, b: Deadline<unknown>): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order);
}
