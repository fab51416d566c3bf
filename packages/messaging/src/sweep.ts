// The sweep of a schedule: looks at every record that is due, a bounded number per run and some at once.
import { failureOf } from "./errors.ts";
import type { Log } from "./log.ts";
import type { Sweep } from "./schedule.ts";
import type { DueStore } from "./versioned-store.ts";

export type SweepContext = { now: number; log: Log };

export type DueSweep = {
  store: DueStore;
  /** Records per run; the rest waits for the next run. */
  perRun: number;
  /** Records at the same time. */
  atOnce: number;
  /** True once a run that began at this time (milliseconds) must begin no further record. */
  isTimeUp?: (beganAt: number) => boolean;
  /** Returns false if there was nothing to do: the index lags behind the record. */
  sweepOne: (orderId: string, context: SweepContext) => Promise<boolean>;
  /** What the log says when records are left for the next run, and when one could not be swept. */
  says: { more: string; failed: string };
};

/** A record that fails keeps no other waiting: it stays due, and the run fails when all others are done. */
export function sweepDue(given: DueSweep): Sweep {
  const { atOnce, isTimeUp = () => false, perRun, says, store, sweepOne } = given;
  return async ({ now, log }) => {
    const { more, orderIds } = await store.due(now, perRun);
    const waiting = orderIds.values();
    const failures: unknown[] = [];
    let begun = 0;
    let count = 0;

    const sweepOneAfterAnother = async () => {
      while (!isTimeUp(now)) {
        const { done, value: orderId } = waiting.next();
        if (done) return;
        begun++;
        const orderLog = log.with(orderId.startsWith("bulk_") ? { bulkId: orderId } : { orderId });
        try {
          if (!(await sweepOne(orderId, { now, log: orderLog }))) continue;
          orderLog("info", "due order swept");
          count++;
        } catch (error) {
          orderLog("warn", says.failed, failureOf(error));
          failures.push(error);
        }
      }
    };
    await Promise.all(Array.from({ length: atOnce }, sweepOneAfterAnother));

    if (more || begun < orderIds.length) log("warn", says.more, { count: begun });
    if (failures.length > 0) throw failures[0];
    return count;
  };
}
