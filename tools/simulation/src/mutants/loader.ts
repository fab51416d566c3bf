// Imports the simulator with a mutant's code: the mutant's files are edited while they are loaded.
import { registerHooks } from "node:module";
import { type Edit, edited, editsOf, type Mutant } from "./mutant.ts";

const ROOT = new URL("../../../../", import.meta.url).href;

/**
 * Imports a module with all of ours that it depends on, simulator and manifests too, from modules of their
 * own; the libraries are shared. Nothing is copied, and the shipped code stays as it is for a plain import.
 */
export async function importMutated<T>(mutant: Mutant, module: URL): Promise<T> {
  const mark = `?mutant=${mutant.name}`;
  const edits = Map.groupBy(editsOf(mutant), ({ file }) => `${ROOT}packages/${file}${mark}`);
  const fitting = new Set<readonly Edit[]>();
  const hooks = registerHooks({
    resolve(specifier, context, next) {
      const resolved = next(specifier, context);
      const isMarked = context.parentURL?.endsWith(mark) || specifier.endsWith(mark);
      if (!isMarked || !isOurs(resolved.url) || resolved.url.endsWith(mark)) return resolved;
      return { ...resolved, url: `${resolved.url}${mark}` };
    },
    load(url, context, next) {
      const loaded = next(url, context);
      const wanted = edits.get(url);
      if (!wanted) return loaded;
      fitting.add(wanted);
      return { ...loaded, source: edited(String(loaded.source), wanted) };
    },
  });
  try {
    const imported = (await import(`${module.href}${mark}`)) as T;
    if (fitting.size < edits.size)
      throw new Error(`Not every file of ${mutant.name} is loaded by ${module}.`);
    return imported;
  } finally {
    hooks.deregister();
  }
}

const isOurs = (url: string) => url.startsWith(ROOT) && !url.includes("/node_modules/");
