// Reads SQLite's write-ahead log, because SQLite silently ignores what it cannot read there.
import { existsSync, readFileSync } from "node:fs";
import { StateError } from "./state-error.ts";

/** Bytes (sqlite.org/fileformat2.html, "The Write-Ahead Log"). */
const HEADER = 32;
const FRAME_HEADER = 24;
const MAGIC = 0x377f0682;

export type Log = {
  /** Of this round: they change whenever SQLite begins the log anew. */
  readonly salts: readonly [number, number];
  /** Behind the last whole frame. */
  readonly end: number;
  /** The latest content of each page that was committed, by its number. */
  readonly pages: ReadonlyMap<number, Uint8Array>;
  /** Of the database, after the last commit. */
  readonly pageCount: number;
  /** The position of the first damaged part; undefined if there is none. */
  readonly damagedAt: number | undefined;
};

const nothing: Log = { salts: [0, 0], end: 0, pages: new Map(), pageCount: 0, damagedAt: undefined };

/**
 * A log that ends in the middle of a frame is whole: `kill -9` leaves it during a write, which was not
 * answered yet. So is one with frames of an earlier round after its last frame, because SQLite restarts a log
 * from its beginning. The log of this process is trusted: its sums take longer than all else.
 */
export function readLog(log: Uint8Array, { isTrusted = false } = {}): Log {
  if (log.length < HEADER) return nothing;
  const view = new DataView(log.buffer, log.byteOffset, log.byteLength);
  const isLittle = (view.getUint32(0) & 1) === 0;
  let sum: Sum = checksum(view, 0, HEADER - 8, [0, 0], isLittle);
  if ((view.getUint32(0) & ~1) >>> 0 !== MAGIC || !isSum(view, HEADER - 8, sum))
    return { ...nothing, damagedAt: 0 };
  const salts = [view.getUint32(16), view.getUint32(20)] as const;
  const isOfRound = (at: number) =>
    view.getUint32(at + 8) === salts[0] && view.getUint32(at + 12) === salts[1];
  const size = FRAME_HEADER + view.getUint32(8);
  const isFrame = (at: number) => at + size <= log.length;
  const pages = new Map<number, Uint8Array>();
  const written = new Map<number, Uint8Array>();
  let [at, pageCount, damagedAt] = [HEADER, 0, undefined as number | undefined];
  for (; isFrame(at); at += size) {
    if (!isTrusted) {
      sum = checksum(view, at, 8, sum, isLittle);
      sum = checksum(view, at + FRAME_HEADER, size - FRAME_HEADER, sum, isLittle);
    }
    if (!isOfRound(at) || !(isTrusted || isSum(view, at + 16, sum))) {
      // Frames are written in order, so a later frame proves that this one was complete.
      for (let later = at + size; isFrame(later); later += size) if (isOfRound(later)) damagedAt = at;
      break;
    }
    written.set(view.getUint32(at), log.subarray(at + FRAME_HEADER, at + size));
    const commits = view.getUint32(at + 4);
    if (commits === 0) continue;
    pageCount = commits;
    for (const [page, content] of written) pages.set(page, content);
    written.clear();
  }
  return { salts, end: at, pages, pageCount, damagedAt };
}

/** Throws a StateError if the log is there and damaged. */
export function assertWholeLog(file: string): void {
  if (!existsSync(file)) return;
  const damagedAt = damageIn(readFileSync(file));
  if (damagedAt !== undefined) throw new StateError(`${file} is damaged at byte ${damagedAt}`);
}

export const damageIn = (log: Uint8Array): number | undefined => readLog(log).damagedAt;

type Sum = readonly [number, number];

function checksum(view: DataView, from: number, length: number, [one, other]: Sum, isLittle: boolean): Sum {
  let [a, b] = [one, other];
  for (let at = from; at < from + length; at += 8) {
    a = (a + view.getUint32(at, isLittle) + b) >>> 0;
    b = (b + view.getUint32(at + 4, isLittle) + a) >>> 0;
  }
  return [a, b];
}

const isSum = (view: DataView, at: number, [a, b]: Sum) =>
  view.getUint32(at) === a && view.getUint32(at + 4) === b;
