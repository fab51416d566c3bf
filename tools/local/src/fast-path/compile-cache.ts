// Keeps the code that V8 compiles for the next start of the laptop and of its services' threads.
import { enableCompileCache, flushCompileCache } from "node:module";
import { fileURLToPath } from "node:url";
import { makePrivateFolder, refusedBySystem, type UserId } from "@order-saga/emulator/private-files";

/** Beside what is installed: what is in it is run, so that only who owns the checkout may write there. */
const FOLDER = fileURLToPath(new URL("../../../../node_modules/.cache/order-saga-compiled", import.meta.url));

/** For the process and its threads. Returns why nothing is kept; undefined if it is. */
export function keepCompiledCode(folder = FOLDER, user?: UserId): string | undefined {
  const { NODE_COMPILE_CACHE: chosen } = process.env;
  try {
    if (chosen === undefined) makePrivateFolder(folder, user);
  } catch (error) {
    const why = refusedBySystem(error) ?? String(error);
    return `${folder} ${why}. Until then each start compiles the code anew.`;
  }
  process.env.NODE_COMPILE_CACHE = chosen ?? folder;
  enableCompileCache();
  return undefined;
}

/** Writes the code a few seconds later, so that the first order does not wait for it. */
export function writeCompiledCodeSoon(): void {
  setTimeout(flushCompileCache, 3000).unref();
}

/** What a thread's environment needs to keep its compiled code where the process does. */
export function compileCacheEnvironment(): Record<string, string> {
  const { NODE_COMPILE_CACHE } = process.env;
  return NODE_COMPILE_CACHE ? { NODE_COMPILE_CACHE } : {};
}
