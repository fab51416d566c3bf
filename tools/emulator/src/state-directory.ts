// Checks that the stores of a state directory belong together, so that a lost or exchanged one is noticed.
import { existsSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { Altered, readJson, replaceJson } from "./json-file.ts";
import { makePrivate, makePrivateFolder, refusedBySystem } from "./private-files.ts";
import { StateError } from "./state-error.ts";
import { assertWholeLog } from "./write-ahead-log.ts";

export { StateError };

const FILE = "aws.json";
/** 1 had its tables in LevelDB. */
const FORMAT = 2;

export type Starts = {
  /** How often the stores were opened together; 0 for a new directory. */
  starts: number;
};

/** The files of the stores that there were at the last start, and whether each has a seal that is true. */
type Stores = {
  stores: readonly string[];
  isSealed: boolean;
  /** What each seal was when all were closed together; absent while they are open, or after a crash. */
  closed?: Readonly<Record<string, number>> | undefined;
};

/** Of the versions that did not write it down. */
const FIRST_STORES = [join("sqs", "fauxqs.db"), "ses.sqlite", "payments.sqlite", "eventbridge.sqlite"];

export function readStarts(directory: string): Starts & Stores {
  const file = join(directory, FILE);
  let content: { [Field in "format" | "starts" | "stores" | "isSealed" | "closed"]?: unknown } | undefined;
  try {
    content = readJson(file) as typeof content;
  } catch (cause) {
    if (refusedBySystem(cause)) throw asStateError(file, cause);
    const what = cause instanceof Altered ? "is not as it was written" : "cannot be read as JSON";
    throw new StateError(`${file} ${what}`, { cause });
  }
  if (content === undefined) return { starts: 0, stores: [], isSealed: false };
  const { closed, format, isSealed, starts, stores = FIRST_STORES } = content ?? {};
  if (format !== FORMAT) throw new StateError(`${file} has format ${format}; this version reads ${FORMAT}`);
  if (typeof starts === "number" && Array.isArray(stores))
    return { starts, stores, isSealed: isSealed === true, closed: closed as Stores["closed"] };
  throw new StateError(`${file} does not say how often it was opened`);
}

/** To be called after every store is stamped; a crash in between leaves some stores one start ahead. */
export function writeStarts(directory: string, content: Starts & Stores): void {
  replaceJson(join(directory, FILE), { format: FORMAT, ...content });
}

/**
 * Every store carries the number of the start at which it was last opened. A store that lost its latest
 * writes, because its file was truncated or replaced, has an older number than the others.
 */
function assertSameStart(store: string, stamp: number, starts: number): void {
  if (stamp === starts || stamp === starts + 1) return;
  const what = stamp < starts ? "has lost what was written to it" : "is newer than the rest of the state";
  throw new StateError(`${store} ${what} (it was opened ${stamp} times, the state ${starts} times)`);
}

/** Checks a SQLite store and stamps it with this start; one that is new in this version begins now. */
export function stampSqlite(file: string, starts: number, isNew = starts === 0): void {
  if (!isNew && !existsSync(file)) throw new StateError(`${file} is missing`);
  try {
    makePrivateFolder(dirname(file));
    makePrivate(file);
    assertWholeLog(`${file}-wal`);
    const database = new DatabaseSync(file);
    try {
      if (isNew) database.exec(`PRAGMA user_version = ${starts}`);
      checkSqlite(file, database, starts);
    } finally {
      database.close();
    }
  } catch (cause) {
    throw asStateError(file, cause);
  }
}

/** Checks all pages of the store, and stamps it with this start. */
export function checkSqlite(file: string, database: DatabaseSync, starts: number): void {
  const [check] = Object.values(database.prepare("PRAGMA quick_check(1)").get() ?? {});
  // The last line says what is wrong.
  if (check !== "ok") throw new StateError(`${file} is damaged: ${String(check).split("\n").at(-1)}`);
  // SQLite would read a missing part of the last page as zeros.
  const pageBytes = Number(database.prepare("PRAGMA page_size").get()?.page_size);
  if (statSync(file).size % pageBytes > 0) throw new StateError(`${file} has lost its end`);
  assertSameStart(file, Number(database.prepare("PRAGMA user_version").get()?.user_version), starts);
  database.exec(`PRAGMA user_version = ${starts + 1}`);
}

const SQLITE_BUSY = 5;
/** True if another process has the file of a store. */
export const isBusy = (error: unknown) => Object(error).errcode === SQLITE_BUSY;

export function asStateError(path: string, cause: unknown): StateError {
  if (cause instanceof StateError) return cause;
  if (isBusy(cause)) return new StateError(`${path} is in use by another process`, { isInUse: true, cause });
  const refused = refusedBySystem(cause);
  if (refused !== undefined) return new StateError(`${path} ${refused}`, { isRefused: true, cause });
  return new StateError(`${path} cannot be opened: ${(cause as Error).message}`, { cause });
}
