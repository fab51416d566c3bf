// The time of a worker's process, and its moments of waiting; tests have a clock of their own.

export type Clock = {
  /** Milliseconds. */
  now(): number;
  /** Resolves when so many milliseconds have passed, or at once when the signal aborts. */
  sleep(milliseconds: number, signal: AbortSignal): Promise<void>;
  /** Any number of milliseconds below the longest. */
  jitter(longestMilliseconds: number): number;
};

export const processClock: Clock = {
  now: () => Date.now(),
  sleep: (milliseconds, signal) =>
    new Promise((resolve) => {
      if (signal.aborted) return resolve();
      const done = () => {
        clearTimeout(timer);
        signal.removeEventListener("abort", done);
        resolve();
      };
      const timer = setTimeout(done, milliseconds);
      signal.addEventListener("abort", done);
    }),
  jitter: (longest) => Math.random() * longest,
};
