// Small JSON files that are replaced atomically.
import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { crc32 } from "node:zlib";

/** The suffix of a file that is being written; a leftover is ignored. */
export const UNFINISHED = ".unfinished";

/** Readable by its owner only, because some of these files hold secrets. */
export function replaceJson(file: string, content: object): void {
  // Made anew, so that a leftover or a link of that name is not written through.
  rmSync(file + UNFINISHED, { force: true });
  writeFileSync(file + UNFINISHED, `${JSON.stringify({ ...content, checksum: sumOf(content) }, null, 2)}\n`, {
    mode: 0o600,
    flag: "wx",
  });
  renameSync(file + UNFINISHED, file);
}

/**
 * Without the format, so that another version's file is told from a damaged one, and without the secrets,
 * which are rotated by hand (docs/runbooks/rotate-secrets.md).
 */
function sumOf(content: object): string {
  const { format: _, secrets: __, ...rest } = content as { format?: unknown; secrets?: unknown };
  return crc32(JSON.stringify(rest)).toString(16);
}

/** The file is JSON, and not what was written. */
export class Altered extends Error {
  override readonly name = "Altered";
}

/**
 * Undefined if there is no such file; throws if there is one that cannot be read, is no JSON or was altered.
 * Files of before there were checksums have none.
 */
export function readJson(file: string): unknown {
  try {
    const content: unknown = JSON.parse(readFileSync(file, "utf8"));
    if (typeof content !== "object" || content === null || !("checksum" in content)) return content;
    const { checksum, ...rest } = content;
    if (checksum === sumOf(rest)) return rest;
    throw new Altered("The checksum is not the content's.");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}
