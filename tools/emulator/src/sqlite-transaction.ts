// One transaction of a SQLite store, whole or not at all.
import type { DatabaseSync } from "node:sqlite";

/** Throws what stopped it, such as a full disk, which SQLite may have rolled back itself. */
export function transact<T>(database: Pick<DatabaseSync, "exec" | "isTransaction">, act: () => T): T {
  database.exec("BEGIN");
  try {
    const result = act();
    database.exec("COMMIT");
    return result;
  } catch (error) {
    if (database.isTransaction) database.exec("ROLLBACK");
    throw error;
  }
}
