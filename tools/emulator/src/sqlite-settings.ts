// How all stores open SQLite: a commit survives the process, but not a power cut.
import { DatabaseSync } from "node:sqlite";

/** No other process can open the file, which saves a lock for each transaction. */
const EXCLUSIVE = "PRAGMA locking_mode = EXCLUSIVE;";

/**
 * SQLite never waits for the disk: no flush at a commit, nor at a checkpoint of the log. A transaction writes
 * nothing before it commits.
 */
const SURVIVES_A_KILLED_PROCESS =
  "PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF; PRAGMA cache_spill = OFF; PRAGMA cache_size = -16000;";

/** A few pages are written over and over, so copying them out of the log can wait. */
const PAGES_OF_LOG = 4000;

/** Opens the file of a store, or `:memory:`. */
export type OpenStore = (file: string) => DatabaseSync;

/** With a log of 0 pages the caller copies it. */
export function openStore(file: string, pagesOfLog = PAGES_OF_LOG, isShared = false): DatabaseSync {
  const database = new DatabaseSync(file);
  try {
    if (!isShared) database.exec(EXCLUSIVE);
    database.exec(`${SURVIVES_A_KILLED_PROCESS} PRAGMA wal_autocheckpoint = ${pagesOfLog}`);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

/** Others may look into it. */
export const openShared: OpenStore = (file) => openStore(file, PAGES_OF_LOG, true);
