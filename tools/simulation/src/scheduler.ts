// Virtual time: what is to happen, in the order of its moment. Nothing here waits for a real clock.

type Entry = { at: number; sequence: number; run: () => void };

export type Scheduler = {
  /** Milliseconds since 1970, with a fraction. */
  now(): number;
  /** Calls `run` at the moment, or at once if it is past; those of one moment in order of scheduling. */
  at(moment: number, run: () => void): void;
  after(milliseconds: number, run: () => void): void;
  /** Lets suspended code go on; the step ends when all of it is suspended again. */
  resume(go: () => void): void;
  /** The moment of what happens next; undefined if nothing will. */
  next(): number | undefined;
  /** Lets the next thing happen, with all the code it resumes. */
  step(): Promise<void>;
  /** Moves to a moment before which nothing happens. */
  skipTo(moment: number): void;
  /** Steps so far. */
  steps(): number;
};

export function createScheduler(start: number): Scheduler {
  const heap: Entry[] = [];
  let now = start;
  let sequence = 0;
  let steps = 0;
  let resumed = false;

  const at = (moment: number, run: () => void) => {
    push(heap, { at: Math.max(now, moment), sequence: sequence++, run });
  };
  return {
    now: () => now,
    at,
    after: (milliseconds, run) => at(now + milliseconds, run),
    resume(go) {
      resumed = true;
      go();
    },
    next: () => heap[0]?.at,
    async step() {
      const entry = pop(heap);
      if (!entry) return;
      now = entry.at;
      steps++;
      resumed = false;
      entry.run();
      // Functions wait for the scheduler only, so once the queue of promises is empty, all are suspended
      // again; a tick comes only then.
      if (resumed) await new Promise<void>((done) => process.nextTick(done));
    },
    skipTo(moment) {
      now = Math.max(now, moment);
    },
    steps: () => steps,
  };
}

const isBefore = (a: Entry, b: Entry) => a.at < b.at || (a.at === b.at && a.sequence < b.sequence);

function push(heap: Entry[], entry: Entry): void {
  let index = heap.length;
  while (index > 0) {
    const parent = (index - 1) >> 1;
    const above = heap[parent] as Entry;
    if (!isBefore(entry, above)) break;
    heap[index] = above;
    index = parent;
  }
  heap[index] = entry;
}

function pop(heap: Entry[]): Entry | undefined {
  const [first] = heap;
  const last = heap.pop();
  if (!last || heap.length === 0) return first;
  let index = 0;
  for (;;) {
    let child = 2 * index + 1;
    if (child >= heap.length) break;
    const right = child + 1;
    if (right < heap.length && isBefore(heap[right] as Entry, heap[child] as Entry)) child = right;
    if (!isBefore(heap[child] as Entry, last)) break;
    heap[index] = heap[child] as Entry;
    index = child;
  }
  heap[index] = last;
  return first;
}
