// Requests wait in line when too many run at once, so that a burst is slow instead of timing out.

/**
 * Runs at most `places` acts at once, the others in the order they came. A function's timeout then counts
 * from the moment it runs, as it does in Lambda, where every request has an execution environment to
 * itself.
 */
export function limitConcurrency(places: number): <T>(act: () => Promise<T>) => Promise<T> {
  const waiting: (() => void)[] = [];
  let free = places;
  return async (act) => {
    if (free > 0) free--;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      return await act();
    } finally {
      const next = waiting.shift();
      // The place is handed on, so that no later request overtakes this one.
      if (next) next();
      else free++;
    }
  };
}
