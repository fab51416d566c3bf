// Rewrites a store's file, so that nothing is left in it of what was deleted or overwritten.
import type { DatabaseSync } from "node:sqlite";

/** Only between two transactions, and while no row is being read. */
export function leaveNoRemains(database: DatabaseSync): void {
  // The copy is never in a file of its own. The log has earlier pages until it is copied (seal.ts).
  database.exec("PRAGMA temp_store = MEMORY; VACUUM");
}
