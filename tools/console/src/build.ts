// Builds the page with Vite when its sources changed, so that a fresh clone needs no build step.
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { Worker } from "node:worker_threads";

const PACKAGE = join(import.meta.dirname, "..");

/** Another process may still serve the page of an older state. */
const KEPT = 4;

type PageParts = {
  /** The files and folders that the page is built from. */
  sources: readonly string[];
  cache: string;
  /** Writes `index.html` and `assets/` into a folder. */
  run: (folder: string) => Promise<void>;
};

/**
 * The folder with `index.html` and `assets/`. Builds once per state of the sources, in a worker thread: a
 * reload after an edit shows the edited page.
 */
export const pageFolder = pageBuilder({
  sources: [
    join(PACKAGE, "page"),
    join(PACKAGE, "src"),
    join(PACKAGE, "package.json"),
    join(PACKAGE, "..", "..", "packages", "client", "src"),
    join(PACKAGE, "..", "..", "packages", "contracts", "src"),
  ],
  cache: join(PACKAGE, "node_modules", ".cache", "order-saga-console"),
  run: runVite,
});

export function pageBuilder({ sources, cache, run }: PageParts): () => Promise<string> {
  const building = new Map<string, Promise<string>>();

  async function build(folder: string): Promise<string> {
    mkdirSync(cache, { recursive: true });
    const fresh = `${folder}.${process.pid}`;
    await run(fresh);
    try {
      renameSync(fresh, folder);
    } catch (error) {
      // Another process was quicker with the same page.
      rmSync(fresh, { recursive: true, force: true });
      if (!isBuilt(folder)) throw error;
    }
    forgetOldest(cache);
    return folder;
  }

  return async () => {
    const folder = join(cache, hashOf(sources));
    if (isBuilt(folder)) return folder;
    const begun = building.get(folder) ?? build(folder).finally(() => building.delete(folder));
    building.set(folder, begun);
    return begun;
  };
}

const isBuilt = (folder: string) => existsSync(join(folder, "index.html"));

function runVite(folder: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL("./build-worker.ts", import.meta.url), { workerData: folder });
    worker.once("error", reject);
    worker.once("exit", (code) => (code === 0 ? resolve() : reject(new Error("The page was not built."))));
  });
}

/** Folders that another process is about to fill have its number behind a dot, and are left alone. */
function forgetOldest(cache: string): void {
  const built = readdirSync(cache)
    .filter((name) => !name.includes("."))
    .map((name) => ({ path: join(cache, name), at: statSync(join(cache, name)).mtimeMs }))
    .sort((a, b) => b.at - a.at);
  for (const { path } of built.slice(KEPT)) rmSync(path, { recursive: true, force: true });
}

function hashOf(paths: readonly string[]): string {
  const hash = createHash("sha256");
  for (const path of paths) {
    for (const file of filesIn(path)) hash.update(file).update("\0").update(readFileSync(file));
  }
  return hash.digest("hex").slice(0, 16);
}

/** Tests are no part of the page. */
const isSource = (name: string) => name !== "node_modules" && !name.endsWith(".test.ts");

function filesIn(path: string): string[] {
  if (!existsSync(path)) return [];
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path)
    .filter(isSource)
    .sort()
    .flatMap((name) => filesIn(join(path, name)));
}
