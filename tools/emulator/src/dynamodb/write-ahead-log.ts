// Checks SQLite's write-ahead log, because SQLite silently ignores what it cannot read there.
import { existsSync, readFileSync } from "node:fs";
import { StateError } from "../state-directory.ts";

/** Bytes (sqlite.org/fileformat2.html, "The Write-Ahead Log"). */
const HEADER = 32;
const FRAME_HEADER = 24;
const MAGIC = 0x377f0682;

/**
 * Throws a StateError if the log is damaged. A log that ends in the middle of a frame is whole: `kill -9`
 * leaves it during a write, which was not answered yet. So is one with frames of an earlier round after its
 * last frame, because SQLite restarts a log from its beginning.
 */
export function assertWholeLog(file: string): void {
  if (!existsSync(file)) return;
  const damagedAt = damageIn(readFileSync(file));
  if (damagedAt !== undefined) throw new StateError(`${file} is damaged at byte ${damagedAt}`);
}

/** The position of the first damaged part; undefined if there is none. */
export function damageIn(log: Uint8Array): number | undefined {
  if (log.length < HEADER) return undefined;
  const view = new DataView(log.buffer, log.byteOffset, log.byteLength);
  const isLittle = (view.getUint32(0) & 1) === 0;
  let sum: Sum = checksum(view, 0, HEADER - 8, [0, 0], isLittle);
  if ((view.getUint32(0) & ~1) >>> 0 !== MAGIC || !isSum(view, HEADER - 8, sum)) return 0;
  const round = [view.getUint32(16), view.getUint32(20)];
  const isOfRound = (at: number) =>
    view.getUint32(at + 8) === round[0] && view.getUint32(at + 12) === round[1];
  const size = FRAME_HEADER + view.getUint32(8);
  const isFrame = (at: number) => at + size <= log.length;
  for (let at = HEADER; isFrame(at); at += size) {
    sum = checksum(view, at, 8, sum, isLittle);
    sum = checksum(view, at + FRAME_HEADER, size - FRAME_HEADER, sum, isLittle);
    if (isOfRound(at) && isSum(view, at + 16, sum)) continue;
    // Frames are written in order, so a later frame proves that this one was complete.
    for (let later = at + size; isFrame(later); later += size) if (isOfRound(later)) return at;
    return undefined;
  }
  return undefined;
}

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
