// The places of waiting requests in memory, for tests and simulation.
import type { WaitPlaces } from "../waiting.ts";

export function createMemoryWaitPlaces(): WaitPlaces {
  const taken = new Map<number, number>();
  return {
    async take(place, until, now) {
      if ((taken.get(place) ?? 0) > now) return false;
      taken.set(place, until);
      return true;
    },
    async free(place, until) {
      if (taken.get(place) === until) taken.delete(place);
    },
  };
}
