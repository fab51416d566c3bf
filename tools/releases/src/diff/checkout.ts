// Another commit in a temporary folder of its own, with the libraries that it names.
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { UsageError } from "@order-saga/arguments";
import { root } from "../released.ts";

const git = (...words: string[]) =>
  execFileSync("git", words, { cwd: root, maxBuffer: 1 << 30, stdio: ["ignore", "pipe", "pipe"] });

/** The commit that the tree and the reference have in common. Throws UsageError. */
export function commonCommit(reference: string): string {
  const found = said("rev-parse", "--verify", "--quiet", "--end-of-options", `${reference}^{commit}`);
  if (found === undefined)
    throw new UsageError(`there is no commit ${reference}: name a branch, a tag or a commit with --from`);
  const common = said("merge-base", found, "HEAD");
  if (common === undefined)
    throw new UsageError(`${reference} and HEAD have no commit in common: fetch more of their history`);
  return common;
}

function said(...words: string[]): string | undefined {
  try {
    return git(...words)
      .toString()
      .trim();
  } catch {
    return undefined;
  }
}

/** A file of the commit; undefined if it has none there. */
export function fileOf(commit: string, path: string): string | undefined {
  return said("show", `${commit}:${path}`);
}

/** Gives `use` the folder with the commit in it, and removes the folder. */
export async function withCheckout<T>(commit: string, use: (folder: string) => Promise<T>): Promise<T> {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "order-saga-diff-")));
  try {
    execFileSync("tar", ["-x", "-C", folder], { input: git("archive", commit) });
    // A commit may have other versions of libraries, which weigh something else.
    execFileSync("npx", ["--yes", "pnpm@12", "install", "--frozen-lockfile", "--prefer-offline"], {
      cwd: folder,
      stdio: ["ignore", "ignore", "pipe"],
      shell: process.platform === "win32",
    });
    mkdirSync(join(folder, ".sst"));
    // 320 MB; a commit with another version of SST fetches its own in the link's place.
    symlinkSync(join(root, ".sst", "platform"), join(folder, ".sst", "platform"), "junction");
    return await use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
