// The Lambda edge of a schedule: runs one sweep; a failure is logged, thrown, and retried by the next run.
import type { Context } from "aws-lambda";
import { failureOf } from "./errors.ts";
import type { Log } from "./log.ts";
import type { ScheduleManifest } from "./manifest.ts";

/** Returns how many records the sweep acted on. Once its time is up it begins nothing more. */
export type Sweep = (context: { now: number; log: Log; isTimeUp?: () => boolean }) => Promise<number>;

/**
 * Of the function's time, the part in which records are begun; in the rest, what was begun ends. A run is
 * over before the next one begins, as its function's timeout is shorter than the schedule's period.
 */
const BEGIN_SHARE = 0.85;

export type ScheduleHandler = (event?: unknown, context?: Context) => Promise<void>;

export function schedule(
  manifest: ScheduleManifest,
  sweep: Sweep,
  ports: { log: Log; now: () => number },
): ScheduleHandler {
  return async (_event, context) => {
    const log = ports.log.with({ function: manifest.name, requestId: context?.awsRequestId });
    try {
      const now = ports.now();
      const until = now + manifest.timeoutSeconds * 1000 * BEGIN_SHARE;
      const count = await sweep({ now, log, isTimeUp: () => ports.now() >= until });
      if (count > 0) log("info", "sweep acted", { count });
    } catch (error) {
      log("error", "sweep failed; the next run continues", failureOf(error));
      throw error;
    }
  };
}
