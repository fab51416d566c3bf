// The sweep of a schedule: looks at what is due, the oldest first, for as long as its run has time.
import { failureOf } from "./errors.ts";
import type { Log } from "./log.ts";
import { NoTurn } from "./pace.ts";
import type { Sweep } from "./schedule.ts";
import type { Due, DueStore } from "./versioned-store.ts";

export type SweepContext = { now: number; log: Log };

export type DueSweep = {
  store: DueStore;
  /** Records at the same time, at most; a run with fewer due has fewer. */
  atOnce: number;
  /** True once a run that began at this time (milliseconds) must begin no further record. */
  isTimeUp?: (beganAt: number) => boolean;
  /** Returns false if there was nothing to do: the index lags behind the record. */
  sweepOne: (orderId: string, context: SweepContext) => Promise<boolean>;
  /** What the log says when records are left for the next run, and when one could not be swept. */
  says: { more: string; failed: string };
};

/** Records asked of the index at once. A page without anything to do ends the run. */
export const PAGE = 500;

/**
 * A record that fails keeps no other waiting: it stays due, and the run fails when all others are done. Where
 * what a record says has no turn in time, the run ends.
 */
export function sweepDue(given: DueSweep): Sweep {
  const { atOnce, says, store, sweepOne } = given;
  return async ({ isTimeUp = () => false, log, now }) => {
    const isOver = given.isTimeUp ? () => given.isTimeUp?.(now) === true : isTimeUp;
    const failures: unknown[] = [];
    let begun = 0;
    let count = 0;
    let hasNoTurn = false;

    async function sweepAndTell(orderId: string): Promise<void> {
      begun++;
      const orderLog = log.with(orderId.startsWith("bulk_") ? { bulkId: orderId } : { orderId });
      try {
        if (!(await sweepOne(orderId, { now, log: orderLog }))) return;
        orderLog("info", "due order swept");
        count++;
      } catch (error) {
        if (error instanceof NoTurn) {
          hasNoTurn = true;
          return;
        }
        orderLog("warn", says.failed, failureOf(error));
        failures.push(error);
      }
    }

    /** True if the whole page was begun. */
    async function sweepPage({ orderIds }: Due): Promise<boolean> {
      const waiting = [...orderIds];
      const oneAfterAnother = async () => {
        while (!hasNoTurn && !isOver()) {
          const orderId = waiting.shift();
          if (orderId === undefined) return;
          await sweepAndTell(orderId);
        }
      };
      await Promise.all(Array.from({ length: Math.min(atOnce, orderIds.length) }, oneAfterAnother));
      return waiting.length === 0 && !hasNoTurn;
    }

    let page: Due | undefined = await store.due(now, PAGE);
    while (page) {
      const before = count + failures.length;
      const isDone = await sweepPage(page);
      const goesOn: boolean =
        isDone && page.next !== undefined && count + failures.length > before && !isOver();
      if (!goesOn && (page.more || !isDone)) log("warn", says.more, { count: begun });
      page = goesOn ? await page.next?.() : undefined;
    }
    if (failures.length > 0) throw failures[0];
    return count;
  };
}
