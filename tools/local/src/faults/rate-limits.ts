// Counts what was let through in the last second, for faults that limit how much a provider takes.

export type RateLimits = {
  /** False where as many of this limit's calls were let through in the last second; else counts this one. */
  lets(limit: string, perSecond: number): boolean;
};

/** `now` in milliseconds. */
export function createRateLimits(now: () => number): RateLimits {
  const passed = new Map<string, number[]>();
  return {
    lets(limit, perSecond) {
      const recent = (passed.get(limit) ?? []).filter((at) => at > now() - 1000);
      passed.set(limit, recent);
      if (recent.length >= perSecond) return false;
      recent.push(now());
      return true;
    },
  };
}
