// Other commits of this repository: their files, one by one or unpacked into a folder.
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { UsageError } from "@order-saga/arguments";

export const root = fileURLToPath(new URL("../../../", import.meta.url));

const git = (...words: string[]) =>
  execFileSync("git", words, { cwd: root, maxBuffer: 1 << 30, stdio: ["ignore", "pipe", "pipe"] });

/** Undefined if git refuses. */
function said(...words: string[]): string | undefined {
  try {
    return git(...words)
      .toString()
      .trim();
  } catch {
    return undefined;
  }
}

/** The commit that a branch, a tag or a part of its hash names. Throws UsageError. */
export function commitOf(reference: string): string {
  const found = said("rev-parse", "--verify", "--quiet", "--end-of-options", `${reference}^{commit}`);
  if (found !== undefined) return found;
  throw new UsageError(`there is no commit ${reference}: name a branch, a tag or a commit with --from`);
}

/** The commit that the tree and the reference have in common. Throws UsageError. */
export function commonCommit(reference: string): string {
  const common = said("merge-base", commitOf(reference), "HEAD");
  if (common !== undefined) return common;
  throw new UsageError(`${reference} and HEAD have no commit in common: fetch more of their history`);
}

/** A file of the commit; undefined if it has none there. */
export function fileOf(commit: string, path: string): string | undefined {
  return said("show", `${commit}:${path}`);
}

/** Writes the commit's files into the folder: all, or those below the paths. */
export function unpack(commit: string, folder: string, ...paths: string[]): void {
  execFileSync("tar", ["-x", "-C", folder], { input: git("archive", commit, ...paths) });
}
