// The Lambda edge of a schedule: runs one sweep; a failure is logged, thrown, and retried by the next run.
import { nameOf } from "./errors.ts";
import type { Log } from "./log.ts";
import type { ScheduleManifest } from "./manifest.ts";

/** Returns how many records the sweep acted on. */
export type Sweep = (context: { now: number; log: Log }) => Promise<number>;

export function schedule(
  manifest: ScheduleManifest,
  sweep: Sweep,
  ports: { log: Log; now: () => number },
): () => Promise<void> {
  const log = ports.log.with({ function: manifest.name });
  return async () => {
    try {
      const count = await sweep({ now: ports.now(), log });
      if (count > 0) log("info", "sweep acted", { count });
    } catch (error) {
      log("error", "sweep failed; the next run continues", { errorName: nameOf(error) });
      throw error;
    }
  };
}
