// Keeps the code that V8 compiles for the next start of the laptop and of its services' threads.
import { enableCompileCache, flushCompileCache } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** For the process. Its threads find the folder in the environment. */
export function keepCompiledCode(): void {
  process.env.NODE_COMPILE_CACHE ??= join(tmpdir(), "order-saga-compile-cache");
  enableCompileCache();
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
