// Checks LevelDB's log before it is opened: LevelDB itself passes over what it cannot read there, and says nothing.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { StateError } from "../stores.ts";

/** Where a record is in a log. All sizes are in bytes (LevelDB, doc/log_format.md). */
const BLOCK = 32_768;
const HEADER = 7;

/**
 * Throws a StateError if a log is damaged. One that ends in the middle of a record is not: that is what `kill -9`
 * in the middle of a write leaves behind, and nobody was told that it was written.
 */
export function assertWholeLogs(directory: string): void {
  for (const name of namesIn(directory)) {
    if (!name.endsWith(".log")) continue;
    const file = join(directory, name);
    const damagedAt = damageIn(bytesOf(file));
    if (damagedAt !== undefined) throw new StateError(`${file} is damaged at byte ${damagedAt}`);
  }
}

/** Where the first record is that is not what was written; undefined if all are. */
export function damageIn(log: Uint8Array): number | undefined {
  const view = new DataView(log.buffer, log.byteOffset, log.byteLength);
  let at = 0;
  while (at + HEADER <= log.length) {
    const left = BLOCK - (at % BLOCK);
    if (left < HEADER) {
      at += left; // Too little for a header: the rest of a block is filled with zeros.
      continue;
    }
    const end = at + HEADER + view.getUint16(at + 4, true);
    if (end - at > left) return at;
    if (end > log.length) return undefined;
    if (view.getUint32(at, true) !== masked(crc32c(log.subarray(at + 6, end)))) return at;
    at = end;
  }
  return undefined;
}

/** As LevelDB stores it, so that a checksum of data that holds checksums is still a good one. */
function masked(crc: number): number {
  return (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;
}

/** Castagnoli's polynomial, reversed; Node's `zlib.crc32` has another. */
const table = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1;
  return crc;
});

export function crc32c(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = (crc >>> 8) ^ (table[(crc ^ byte) & 0xff] ?? 0);
  return (crc ^ 0xffffffff) >>> 0;
}

/** None if there is no such folder; what is wrong with one that is none, LevelDB says better. */
function namesIn(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}

/** Empty if it is gone: the process that has the state in use may just have begun another. */
function bytesOf(file: string): Uint8Array {
  try {
    return readFileSync(file);
  } catch {
    return new Uint8Array();
  }
}
