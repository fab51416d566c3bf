// How every store of a state directory is written: what is committed outlives the process, though not the machine's power.

/**
 * Only this process has the file open, which spares a lock for each transaction. SQLite writes its log and asks the
 * system for no flush, neither at a commit nor when it copies the log, so that no order waits for the disk.
 */
export const OUTLIVES_THE_PROCESS =
  "PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF;";
