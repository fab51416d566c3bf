// How many orders this process has taken lately for each queue, counted also while none is late.

export type Tally = {
  took(queue: string, now: number): void;
  /** How many, from that moment on. */
  since(queue: string, moment: number): number;
};

/** Those of so much time are one number. */
const TOGETHER_MILLISECONDS = 5000;
const MOST_QUEUES = 500;

export function createTally(rememberedMilliseconds: number): Tally {
  const counts = new Map<string, { at: number; count: number }[]>();
  return {
    took(queue, now) {
      const before = counts.get(queue) ?? [];
      const last = before.at(-1);
      if (last && now >= last.at && now - last.at < TOGETHER_MILLISECONDS) {
        last.count++;
        return;
      }
      // One that is taken for again becomes the newest; the oldest is forgotten.
      counts.delete(queue);
      const remembered = before.filter(({ at }) => now - at < rememberedMilliseconds);
      counts.set(queue, [...remembered, { at: now, count: 1 }]);
      const [oldest] = counts.keys();
      if (counts.size > MOST_QUEUES && oldest !== undefined) counts.delete(oldest);
    },
    since: (queue, moment) =>
      (counts.get(queue) ?? []).reduce((sum, { at, count }) => sum + (at >= moment ? count : 0), 0),
  };
}
