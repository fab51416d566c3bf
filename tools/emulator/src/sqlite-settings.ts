// How every store of a state directory is written: what is committed outlives the process, though not the machine's power.

/**
 * SQLite writes its log and asks the system for no flush, neither at a commit nor when it copies the log, so that no
 * order waits for the disk.
 */
export const SURVIVES_A_KILLED_PROCESS = "PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF;";

/** For what an order writes: no other process may look into the file, which spares a lock for each transaction. */
export const EXCLUSIVE = `PRAGMA locking_mode = EXCLUSIVE; ${SURVIVES_A_KILLED_PROCESS}`;
