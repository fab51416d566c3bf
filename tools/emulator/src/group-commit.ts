// What is to be written within one turn of the event loop is one transaction; whoever waits for it is answered after it.
import type { DatabaseSync } from "node:sqlite";
// Not the global one, which tests of time may have replaced.
import { setImmediate } from "node:timers";

export type GroupCommit = {
  /** There is something to write: it is, at the end of this turn. */
  due(): void;
  /** Resolves when all that is due is in the file, and rejects if it cannot be; undefined if nothing is due. */
  done(): Promise<void> | undefined;
  /** Writes what is due without waiting for the end of the turn. */
  now(): void;
};

export type GroupCommitOptions = {
  /** Called in a transaction; if it throws, or the commit fails, nothing of it is in the file. */
  write: () => void;
  /** Called when what was written is in the file. */
  written: () => void;
};

export function createGroupCommit(
  database: Pick<DatabaseSync, "exec" | "isTransaction">,
  { write, written }: GroupCommitOptions,
): GroupCommit {
  let group: PromiseWithResolvers<void> | undefined;

  function commit(): void {
    database.exec("BEGIN");
    try {
      write();
      database.exec("COMMIT");
    } catch (error) {
      if (database.isTransaction) database.exec("ROLLBACK"); // SQLite may have done so itself.
      throw error;
    }
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
      promise.catch(() => {}); // There may be nobody who waits.
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
