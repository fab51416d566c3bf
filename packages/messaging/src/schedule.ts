// The Lambda edge of a schedule: runs one sweep; a failure is logged, thrown, and retried by the next run.
import type { Context } from "aws-lambda";
import { failureOf } from "./errors.ts";
import type { Log } from "./log.ts";
import type { ScheduleManifest } from "./manifest.ts";

/** Returns how many records the sweep acted on. */
export type Sweep = (context: { now: number; log: Log }) => Promise<number>;

export type ScheduleHandler = (event?: unknown, context?: Context) => Promise<void>;

export function schedule(
  manifest: ScheduleManifest,
  sweep: Sweep,
  ports: { log: Log; now: () => number },
): ScheduleHandler {
  return async (_event, context) => {
    const log = ports.log.with({ function: manifest.name, requestId: context?.awsRequestId });
    try {
      const count = await sweep({ now: ports.now(), log });
      if (count > 0) log("info", "sweep acted", { count });
    } catch (error) {
      log("error", "sweep failed; the next run continues", failureOf(error));
      throw error;
    }
  };
}
