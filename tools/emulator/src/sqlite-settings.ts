// The SQLite settings of all stores: a commit survives the process, but not a power cut.

/** SQLite never waits for the disk: no flush at a commit, nor at a checkpoint of the log. */
export const SURVIVES_A_KILLED_PROCESS = "PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF;";

/** For busy stores: no other process can open the file, which saves a lock for each transaction. */
export const EXCLUSIVE = `PRAGMA locking_mode = EXCLUSIVE; ${SURVIVES_A_KILLED_PROCESS}`;
