// Says which source files were saved in some folders, a burst of saves at once.
import { type FSWatcher, readdirSync, statSync, watch } from "node:fs";
import { join } from "node:path";

export type Watch = { stop(): void };

/** An editor writes a file in several steps, and "save all" writes several files. */
const BURST_MILLISECONDS = 50;

/**
 * Calls `onSaved` with the paths of saved source files, tests apart. Each directory is watched by itself: a
 * file that is saved by renaming another over it stays seen, which Node's recursive watch does not promise.
 */
export function watchSources(folders: readonly string[], onSaved: (files: string[]) => void): Watch {
  const watchers = new Map<string, FSWatcher>();
  const saved = new Set<string>();
  let burst: NodeJS.Timeout | undefined;

  function follow(directory: string): void {
    if (watchers.has(directory)) return;
    const watcher = watch(directory, (_, name) => {
      if (name === null) return;
      const path = join(directory, name);
      if (isDirectory(path)) followAll(path);
      else if (isSource(name)) note(path);
    });
    watcher.on("error", () => forget(directory));
    watchers.set(directory, watcher);
  }

  function followAll(root: string): void {
    follow(root);
    for (const entry of readdirSync(root, { withFileTypes: true, recursive: true }))
      if (entry.isDirectory()) follow(join(entry.parentPath, entry.name));
  }

  /** A directory that was deleted; its files were noted already. */
  function forget(directory: string): void {
    watchers.get(directory)?.close();
    watchers.delete(directory);
  }

  function note(path: string): void {
    saved.add(path);
    clearTimeout(burst);
    burst = setTimeout(() => {
      const files = [...saved];
      saved.clear();
      onSaved(files);
    }, BURST_MILLISECONDS);
  }

  for (const folder of folders) followAll(folder);
  return {
    stop() {
      clearTimeout(burst);
      for (const directory of [...watchers.keys()]) forget(directory);
    },
  };
}

/** Not a test, nor an editor's own file (`.service.ts.swp`, `service.ts~`, `#service.ts`). */
function isSource(name: string): boolean {
  return /^[\w-][\w.-]*\.(ts|json)$/.test(name) && !name.endsWith(".test.ts");
}

function isDirectory(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
