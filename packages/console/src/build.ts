// Builds the page with Vite where its sources are newer than what was built; a fresh clone needs no step of its own.
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { Worker } from "node:worker_threads";

const PACKAGE = join(import.meta.dirname, "..");
const CACHE = join(PACKAGE, "node_modules", ".cache", "order-saga-console");

/** Whatever the page is made from. */
const sources = [
  join(PACKAGE, "page"),
  join(PACKAGE, "src"),
  join(PACKAGE, "package.json"),
  join(PACKAGE, "..", "client", "src"),
  join(PACKAGE, "..", "contracts", "src"),
];

let building: Promise<string> | undefined;

/** The folder with `index.html` and `assets/`. Builds once per state of the sources, in a thread of its own. */
export function pageFolder(): Promise<string> {
  building ??= build().catch((error) => {
    building = undefined; // A mistake in the page is mended and tried again without a restart.
    throw error;
  });
  return building;
}

async function build(): Promise<string> {
  const folder = join(CACHE, hashOf(sources));
  if (existsSync(join(folder, "index.html"))) return folder;
  mkdirSync(CACHE, { recursive: true });
  const fresh = `${folder}.${process.pid}`;
  await run(fresh);
  forgetOthers(folder, fresh);
  try {
    renameSync(fresh, folder);
  } catch (error) {
    // Another process was quicker with the same page.
    rmSync(fresh, { recursive: true, force: true });
    if (!existsSync(join(folder, "index.html"))) throw error;
  }
  return folder;
}

function run(folder: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL("./build-worker.ts", import.meta.url), { workerData: folder });
    worker.once("error", reject);
    worker.once("exit", (code) => (code === 0 ? resolve() : reject(new Error("The page was not built."))));
  });
}

function forgetOthers(...kept: string[]): void {
  for (const name of readdirSync(CACHE)) {
    const path = join(CACHE, name);
    if (!kept.includes(path)) rmSync(path, { recursive: true, force: true });
  }
}

function hashOf(paths: readonly string[]): string {
  const hash = createHash("sha256");
  for (const path of paths) {
    for (const file of filesIn(path)) hash.update(file).update("\0").update(readFileSync(file));
  }
  return hash.digest("hex").slice(0, 16);
}

function filesIn(path: string): string[] {
  if (!existsSync(path)) return [];
  const entries = tryReaddir(path);
  if (!entries) return [path];
  return entries
    .filter(({ name }) => name !== "node_modules")
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap(({ name }) => filesIn(join(path, name)));
}

function tryReaddir(path: string) {
  try {
    return readdirSync(path, { withFileTypes: true });
  } catch {
    return undefined; // A file.
  }
}
