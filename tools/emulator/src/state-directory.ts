// Checks that the stores of a state directory belong together, so that a lost or exchanged one is noticed.
import { existsSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { readJson, replaceJson } from "./json-file.ts";
import { makePrivate, makePrivateFolder, refusedBySystem } from "./private-files.ts";

/** The state cannot be opened; no new state was created in its place. */
export class StateError extends Error {
  override readonly name = "StateError";
  /** True if another process uses it. */
  readonly isInUse: boolean;
  /** True if the system refused it. If neither is so, it is damaged or of another version. */
  readonly isRefused: boolean;
  constructor(message: string, options: { isInUse?: boolean; isRefused?: boolean; cause?: unknown } = {}) {
    super(message, { cause: options.cause });
    this.isInUse = options.isInUse ?? false;
    this.isRefused = options.isRefused ?? false;
  }
}

const FILE = "aws.json";
/** 1 had its tables in LevelDB. */
const FORMAT = 2;

export type Starts = {
  /** How often the stores were opened together; 0 for a new directory. */
  starts: number;
};

/** The files of the stores that there were at the last start. */
type Stores = { stores: readonly string[] };

/** Of the versions that did not write it down. */
const FIRST_STORES = [join("sqs", "fauxqs.db"), "ses.sqlite", "payments.sqlite", "eventbridge.sqlite"];

export function readStarts(directory: string): Starts & Stores {
  const file = join(directory, FILE);
  let content: { format?: unknown; starts?: unknown; stores?: unknown } | undefined;
  try {
    content = readJson(file) as typeof content;
  } catch (cause) {
    if (refusedBySystem(cause)) throw asStateError(file, cause);
    throw new StateError(`${file} cannot be read as JSON`, { cause });
  }
  if (content === undefined) return { starts: 0, stores: [] };
  const { format, starts, stores = FIRST_STORES } = content ?? {};
  if (format !== FORMAT) throw new StateError(`${file} has format ${format}; this version reads ${FORMAT}`);
  if (typeof starts === "number" && Array.isArray(stores)) return { starts, stores };
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

export function asStateError(path: string, cause: unknown): StateError {
  if (cause instanceof StateError) return cause;
  const refused = refusedBySystem(cause);
  if (refused !== undefined) return new StateError(`${path} ${refused}`, { isRefused: true, cause });
  return new StateError(`${path} cannot be opened: ${(cause as Error).message}`, { cause });
}
