// The stores of a state directory belong together: one that was lost, cut short or exchanged is noticed when they are opened.
import { existsSync, mkdirSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { readJson, replaceJson } from "./json-file.ts";

/** The state cannot be opened; nothing was made anew in its place. */
export class StateError extends Error {
  override readonly name = "StateError";
  /** True if another process has it; else it is damaged, or of another version. */
  readonly isInUse: boolean;
  constructor(message: string, options: { isInUse?: boolean; cause?: unknown } = {}) {
    super(message, { cause: options.cause });
    this.isInUse = options.isInUse ?? false;
  }
}

const FILE = "aws.json";
/** 1 had its tables in LevelDB. */
const FORMAT = 2;

export type Starts = {
  /** How often the stores were opened together, as far as the directory knows; 0 for a new one. */
  starts: number;
};

export function readStarts(directory: string): Starts {
  const file = join(directory, FILE);
  let content: { format?: unknown; starts?: unknown } | undefined;
  try {
    content = readJson(file) as typeof content;
  } catch (cause) {
    throw new StateError(`${file} cannot be read as JSON`, { cause });
  }
  if (content === undefined) return { starts: 0 };
  const { format, starts } = content ?? {};
  if (format !== FORMAT) throw new StateError(`${file} has format ${format}; this version reads ${FORMAT}`);
  if (typeof starts === "number") return { starts };
  throw new StateError(`${file} does not say how often it was opened`);
}

/** To be called when every store is stamped: one whose process died before is as many starts old, or one more. */
export function writeStarts(directory: string, content: Starts): void {
  replaceJson(join(directory, FILE), { format: FORMAT, ...content });
}

/**
 * Every store carries the number of the start it was last opened at, so that one which has forgotten its last
 * writes, as a file does that was truncated or deleted, no longer fits to the others.
 */
function assertSameStart(store: string, stamp: number, starts: number): void {
  if (stamp === starts || stamp === starts + 1) return;
  const what = stamp < starts ? "has lost what was written to it" : "is newer than the rest of the state";
  throw new StateError(`${store} ${what} (it was opened ${stamp} times, the state ${starts} times)`);
}

/** Checks a SQLite store and gives it the stamp of the start that begins. */
export function stampSqlite(file: string, starts: number): void {
  if (starts > 0 && !existsSync(file)) throw new StateError(`${file} is missing`);
  try {
    mkdirSync(dirname(file), { recursive: true });
    const database = new DatabaseSync(file);
    try {
      checkSqlite(file, database, starts);
    } finally {
      database.close();
    }
  } catch (cause) {
    throw asStateError(file, cause);
  }
}

/** Reads the store's pages through, and gives it the stamp of the start that begins. */
export function checkSqlite(file: string, database: DatabaseSync, starts: number): void {
  const [check] = Object.values(database.prepare("PRAGMA quick_check(1)").get() ?? {});
  // Its last line says what is wrong; the others say where they stand.
  if (check !== "ok") throw new StateError(`${file} is damaged: ${String(check).split("\n").at(-1)}`);
  // SQLite takes what is missing of the last page for zeros.
  const pageBytes = Number(database.prepare("PRAGMA page_size").get()?.page_size);
  if (statSync(file).size % pageBytes > 0) throw new StateError(`${file} has lost its end`);
  assertSameStart(file, Number(database.prepare("PRAGMA user_version").get()?.user_version), starts);
  database.exec(`PRAGMA user_version = ${starts + 1}`);
}

export function asStateError(path: string, cause: unknown): StateError {
  if (cause instanceof StateError) return cause;
  return new StateError(`${path} cannot be opened: ${(cause as Error).message}`, { cause });
}
