// Since when the bus refuses the events of this process, as its gauge shows it.
import { newGauge, withUndecided } from "./gauge.ts";
import { BUS, withGauge } from "./gauges.ts";
import type { Gauges } from "./ports.ts";

/** A process that had nothing to say for so long knows nothing of the bus. */
const KNOWN_MILLISECONDS = 30_000;

export function createBusRefusals() {
  let refuses: { since: number; last: number } | undefined;
  let isBack = false;
  const areKnown = (now: number) => refuses !== undefined && now - refuses.last < KNOWN_MILLISECONDS;
  return {
    areKnown,
    isBack: () => isBack,
    /** The gauges with what this process knows of the bus. */
    shownIn(gauges: Gauges, now: number): Gauges {
      const { since } = refuses ?? {};
      if (since !== undefined && areKnown(now))
        return withGauge(gauges, BUS, now, (gauge) => withUndecided(gauge, since, now));
      return isBack && gauges.of[BUS] ? withGauge(gauges, BUS, now, () => newGauge) : gauges;
    },
    told() {
      isBack = false;
    },
    published({ of }: Gauges) {
      if (!refuses && !of[BUS]) return;
      refuses = undefined;
      isBack = true;
    },
    /** The run of refusals may have begun in another process. */
    notPublished({ of }: Gauges, now: number) {
      const since = areKnown(now) ? refuses?.since : of[BUS]?.stuck?.since;
      refuses = { since: since ?? now, last: now };
      isBack = false;
    },
  };
}
