// Another commit in a temporary folder of its own, with the libraries that it names.
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root, unpack } from "../commits.ts";

/** Gives `use` the folder with the commit in it, and removes the folder. */
export async function withCheckout<T>(commit: string, use: (folder: string) => Promise<T>): Promise<T> {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "order-saga-diff-")));
  try {
    unpack(commit, folder);
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
