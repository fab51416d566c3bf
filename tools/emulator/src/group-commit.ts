// Group commit: all writes of one turn of the event loop are one transaction.
import type { DatabaseSync } from "node:sqlite";
// Not the global one, which a test's fake timers may have replaced.
import { setImmediate } from "node:timers";
import { transact } from "./sqlite-transaction.ts";

export type GroupCommit = {
  /** Schedules a commit for the end of this turn. */
  due(): void;
  /** Resolves after the scheduled commit, and rejects if it fails; undefined if none is scheduled. */
  done(): Promise<void> | undefined;
  /** Commits at once what is scheduled. */
  now(): void;
};

export type GroupCommitOptions = {
  /** Called in a transaction, which is rolled back if it throws or the commit fails. */
  write: () => void;
  /** Called after the commit. */
  written: () => void;
};

export function createGroupCommit(
  database: Pick<DatabaseSync, "exec" | "isTransaction">,
  { write, written }: GroupCommitOptions,
): GroupCommit {
  let group: PromiseWithResolvers<void> | undefined;

  function commit(): void {
    transact(database, write);
    written();
  }

  function now(): void {
    if (!group) return;
    const { promise, reject, resolve } = group;
    group = undefined;
    try {
      commit();
      resolve();
    } catch (error) {
      promise.catch(() => {}); // Possibly no caller awaits it.
      reject(error);
    }
  }

  return {
    due() {
      if (group) return;
      group = Promise.withResolvers();
      setImmediate(now);
    },
    done: () => group?.promise,
    now,
  };
}
