// Opens the file of the tables, or refuses one that is damaged or belongs to another state.
import { existsSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { makePrivate, makePrivateFolder } from "../private-files.ts";
import { openStore } from "../sqlite-settings.ts";
import { asStateError, checkSqlite, isBusy, type Starts, StateError } from "../state-directory.ts";
import { assertWholeLog } from "../write-ahead-log.ts";

export function openTablesFile(file: string, { starts }: Starts): DatabaseSync {
  // A lost file must not be replaced by an empty one.
  if (starts > 0 && !existsSync(file)) throw new StateError(`${file} is missing`);
  try {
    makePrivateFolder(dirname(file));
    makePrivate(file);
    const database = open(file);
    try {
      checkSqlite(file, database, starts);
      return database;
    } catch (error) {
      database.close();
      throw error;
    }
  } catch (cause) {
    throw asStateError(file, cause);
  }
}

function open(file: string): DatabaseSync {
  if (isOpenElsewhere(file)) throw new StateError(`${file} is in use by another process`, { isInUse: true });
  assertWholeLog(`${file}-wal`);
  const database = openStore(file);
  // A restarted log holds no remains of a process that was killed in the middle of a write.
  database.exec("PRAGMA wal_checkpoint(TRUNCATE)");
  return database;
}

/** True if another process has the file open; the file is not changed. */
export function isOpenElsewhere(file: string): boolean {
  if (!existsSync(file)) return false;
  try {
    const database = new DatabaseSync(file, { readOnly: true });
    try {
      // In this mode SQLite creates no file beside it.
      database.exec("PRAGMA locking_mode = EXCLUSIVE");
      database.prepare("SELECT 1 FROM sqlite_schema").get();
    } finally {
      database.close();
    }
  } catch (error) {
    return isBusy(error);
  }
  return false;
}
