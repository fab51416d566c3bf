// Small JSON files that are replaced atomically.
import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";

/** The suffix of a file that is being written; a leftover is ignored. */
export const UNFINISHED = ".unfinished";

/** Readable by its owner only, because some of these files hold secrets. */
export function replaceJson(file: string, content: unknown): void {
  // Made anew, so that a leftover or a link of that name is not written through.
  rmSync(file + UNFINISHED, { force: true });
  writeFileSync(file + UNFINISHED, `${JSON.stringify(content, null, 2)}\n`, { mode: 0o600, flag: "wx" });
  renameSync(file + UNFINISHED, file);
}

/** Undefined if there is no such file; throws if there is one that is not JSON or cannot be read. */
export function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}
