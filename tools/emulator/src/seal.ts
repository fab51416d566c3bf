// The seal of a store: what its file and its log must hold at least, so that damage to either is noticed.
// Beside the file: a sum of each page, and how far the log was written when a call was last answered.
import {
  closeSync,
  existsSync,
  fstatSync,
  openSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import type { DatabaseSync } from "node:sqlite";
import { crc32 } from "node:zlib";
import { type OpenStore, openStore } from "./sqlite-settings.ts";
import { StateError } from "./state-error.ts";
import { type Log, readLog } from "./write-ahead-log.ts";

type Content = {
  pageSize: number;
  /** Of every page of the file, once the log is copied into it. */
  sums: Uint32Array;
  /** Of the log's round; both 0 where there was no log yet. */
  salts: readonly [number, number];
  /** Bytes that the log has at least. */
  logged: number;
  /** The log is being copied into the file, and empty after that. */
  isCopied: boolean;
};

const sealOf = (file: string) => `${file}-seal`;
const logOf = (file: string) => `${file}-wal`;

const MAGIC = 0x5ea1_0001;
const HEADER = 40;

function encoded({ isCopied, logged, pageSize, salts, sums }: Content): Buffer {
  const header = Buffer.alloc(HEADER);
  const body = Buffer.from(sums.buffer, sums.byteOffset, sums.byteLength);
  const fields = [MAGIC, pageSize, sums.length, salts[0], salts[1], isCopied ? 1 : 0, crc32(body)];
  for (const [index, value] of fields.entries()) header.writeUInt32LE(value, index * 4);
  header.writeDoubleLE(logged, 28);
  header.writeUInt32LE(crc32(header.subarray(0, 36)), 36);
  return Buffer.concat([header, body]);
}

/** Throws a StateError that names it if the seal itself is damaged. */
function readSeal(file: string): Content {
  if (!existsSync(sealOf(file))) throw new StateError(`${sealOf(file)} is missing`);
  const bytes = readFileSync(sealOf(file));
  const body = bytes.subarray(HEADER);
  const isWhole =
    bytes.length >= HEADER &&
    bytes.readUInt32LE(0) === MAGIC &&
    bytes.readUInt32LE(36) === crc32(bytes.subarray(0, 36)) &&
    bytes.readUInt32LE(24) === crc32(body) &&
    bytes.readUInt32LE(8) * 4 === body.length;
  if (!isWhole) throw new StateError(`${sealOf(file)} is damaged`);
  return {
    pageSize: bytes.readUInt32LE(4),
    sums: new Uint32Array(new Uint8Array(body).buffer),
    salts: [bytes.readUInt32LE(12), bytes.readUInt32LE(16)],
    isCopied: bytes.readUInt32LE(20) === 1,
    logged: bytes.readDoubleLE(28),
  };
}

/** To be called while no process has the store open. Throws a StateError that names what is damaged. */
export function assertSealed(file: string): void {
  if (!existsSync(file)) throw new StateError(`${file} is missing`);
  const seal = readSeal(file);
  const log = logIn(file);
  assertLog(file, seal, log);
  for (const [index, sum] of sumsIn(file, seal.pageSize, seal.sums.length).entries())
    if (sum !== seal.sums[index] && !log.pages.has(index + 1))
      throw new StateError(`${file} is damaged: page ${index + 1} is not as it was written`);
}

/** What the seal is now; a store that is an older copy has another one, or none that is true. */
export const sumOfSeal = (file: string): number => crc32(readFileSync(sealOf(file)));

function logIn(file: string): Log {
  return readLog(existsSync(logOf(file)) ? readFileSync(logOf(file)) : new Uint8Array());
}

/** A round begins with the first page alone; a process killed then has noted nothing of it. */
const isBegun = ({ pages }: Log) => pages.size <= 1 && [...pages.keys()].every((page) => page === 1);

function assertLog(file: string, { isCopied, logged, salts }: Content, log: Log): void {
  const name = logOf(file);
  if (log.damagedAt !== undefined) throw new StateError(`${name} is damaged at byte ${log.damagedAt}`);
  const isEmpty = log.end === 0;
  if (logged === 0 || (isCopied && isEmpty)) {
    if (!isEmpty && !isBegun(log)) throw new StateError(`${name} does not belong to ${file}`);
    return;
  }
  if (isEmpty) throw new StateError(`${name} is ${existsSync(name) ? "empty" : "missing"}`);
  const isOfRound = log.salts[0] === salts[0] && log.salts[1] === salts[1];
  if (!isOfRound && !(isCopied && isBegun(log))) throw new StateError(`${name} does not belong to ${file}`);
  if (isOfRound && log.end < logged) throw new StateError(`${name} is damaged at byte ${log.end}`);
}

/** 0 for a page that the file does not have. */
function sumsIn(file: string, pageSize: number, pages: number): Uint32Array {
  const sums = new Uint32Array(pages);
  const descriptor = openSync(file, "r");
  try {
    const page = Buffer.alloc(pageSize);
    for (let index = 0; index < pages; index++) {
      if (readSync(descriptor, page, 0, pageSize, index * pageSize) < pageSize) break;
      sums[index] = crc32(page);
    }
  } finally {
    closeSync(descriptor);
  }
  return sums;
}

/** Seals a store as it is; to be called while no process has it open, and its log is gone. */
export function sealFile(file: string): void {
  const head = Buffer.alloc(100);
  const descriptor = openSync(file, "r");
  readSync(descriptor, head, 0, head.length, 0);
  const { size } = fstatSync(descriptor);
  closeSync(descriptor);
  // 1 stands for 64 KB (sqlite.org/fileformat2.html, "The Database Header").
  const pageSize = head.readUInt16BE(16) === 1 ? 65_536 : head.readUInt16BE(16);
  const sums = sumsIn(file, pageSize, pageSize === 0 ? 0 : Math.floor(size / pageSize));
  replaceSeal(file, { pageSize, sums, salts: [0, 0], logged: 0, isCopied: true });
}

function replaceSeal(file: string, content: Content): void {
  const unfinished = `${sealOf(file)}.unfinished`;
  rmSync(unfinished, { force: true });
  writeFileSync(unfinished, encoded(content), { mode: 0o600, flag: "wx" });
  renameSync(unfinished, sealOf(file));
}

export type Seal = {
  /** To be called before a call is answered: from then on the log is known to be at least so long. */
  note(): void;
  /** Copies the log into the file, and empties it. */
  copy(): void;
  /** Throws if the disk takes nothing. */
  write(): void;
};

/** Longer than this, the log is copied into the file. */
const LONGEST_LOG = 1000 * 4096;

/** Of a store that was sealed, and is open without SQLite's own checkpoints; ends with its `close`. */
export function keepSeal(file: string, database: DatabaseSync): Seal {
  let content = readSeal(file);
  let seal = openSync(sealOf(file), "r+");
  const version = Number(database.prepare("PRAGMA user_version").get()?.user_version);
  /** The first commit of a round, so that its log can be told from a foreign one. */
  const begin = () => database.exec(`PRAGMA user_version = ${version}`);
  begin();
  const log = openSync(logOf(file), "r");

  let header = encoded(content).subarray(0, HEADER);
  const summed = () => header.subarray(0, 36);

  function write(): void {
    header.writeUInt32LE(content.salts[0], 12);
    header.writeUInt32LE(content.salts[1], 16);
    header.writeUInt32LE(content.isCopied ? 1 : 0, 20);
    header.writeDoubleLE(content.logged, 28);
    header.writeUInt32LE(crc32(summed()), 36);
    writeSync(seal, header, 0, HEADER, 0);
  }

  function note(): void {
    const { size } = fstatSync(log);
    if (size === (content.isCopied ? 0 : content.logged)) return;
    if (content.logged === 0 || content.isCopied) {
      const head = Buffer.alloc(24);
      readSync(log, head, 0, 24, 0);
      content.salts = [head.readUInt32BE(16), head.readUInt32BE(20)];
    }
    content.logged = size;
    content.isCopied = false;
    write();
    if (size > LONGEST_LOG) copy();
  }

  /** Sums first: a process killed at any moment leaves a log that has every page that was not copied. */
  function copy(): void {
    if (database.isTransaction) return;
    const read = readLog(readFileSync(logOf(file)), { isTrusted: true });
    const sums = new Uint32Array(read.pageCount || content.sums.length);
    sums.set(content.sums.subarray(0, sums.length));
    for (const [page, bytes] of read.pages) if (page <= sums.length) sums[page - 1] = crc32(bytes);
    const copied = { ...content, sums, isCopied: true };
    try {
      replaceSeal(file, copied);
    } catch {
      return; // On a full disk the log goes on, and is copied when there is room.
    }
    content = copied;
    header = encoded(copied).subarray(0, HEADER);
    closeSync(seal);
    seal = openSync(sealOf(file), "r+");
    try {
      database.exec("PRAGMA wal_checkpoint(TRUNCATE)");
    } catch {
      // While something is being read the log goes on, too.
    }
  }

  note();
  const close = database.close.bind(database);
  // Every store closes its own database; SQLite then deletes a log that was copied.
  database.close = () => {
    note();
    copy();
    close();
    closeSync(log);
    closeSync(seal);
  };
  const noteAnd = (act: () => void) => () => {
    note();
    act();
    if (!content.isCopied) return;
    begin();
    note();
  };
  return { write: begin, note: noteAnd(() => {}), copy: noteAnd(copy) };
}

export type Seals = {
  /** Opens a store that was sealed. */
  open: OpenStore;
  /** To be called before an answer that only this store was asked for, or any. */
  note(file?: string): void;
  /** Copies every log into its file. */
  copy(): void;
  /** Writes a little to each store. Throws if the disk takes nothing. */
  write(): void;
};

export function createSeals(): Seals {
  const seals = new Map<string, Seal>();
  return {
    open(file) {
      const database = openStore(file, 0);
      seals.set(file, keepSeal(file, database));
      return database;
    },
    write() {
      for (const seal of seals.values()) seal.write();
    },
    copy() {
      for (const seal of seals.values()) seal.copy();
    },
    note(file) {
      if (file !== undefined) seals.get(file)?.note();
      else for (const seal of seals.values()) seal.note();
    },
  };
}
